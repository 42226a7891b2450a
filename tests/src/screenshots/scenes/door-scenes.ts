import type { Scene } from "./scene.ts";
import type { Cast } from "../prepare.ts";

const iPhone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1";

const page = (name: string, pathOf: (cast: Cast) => string): Scene => ({
  name,
  async open({ stage, cast }) {
    const opened = await stage.open(pathOf(cast));
    await opened.locator("html[data-started] h1").waitFor();
    return opened;
  },
});
const deadInvitation = (state: Exclude<keyof Cast["invitations"], "open">): Scene => ({
  name: `join-${state}`,
  async open({ stage, cast }) {
    const opened = await stage.open(cast.invitations[state]);
    await opened.getByTestId("join-problem").waitFor();
    return opened;
  },
});

/** Ways in, and dead ends. */
export const doorScenes: readonly Scene[] = [
  {
    name: "join-open",
    async open({ stage, cast }) {
      const opened = await stage.open(cast.invitations.open);
      await opened.locator(".join-form").waitFor();
      return opened;
    },
  },
  {
    name: "join-iphone",
    async open({ stage, cast }) {
      const opened = await stage.open(cast.invitations.open, { userAgent: iPhone });
      await opened.locator("[data-testid='join'] h1").waitFor();
      return opened;
    },
  },
  deadInvitation("used"),
  deadInvitation("replaced"),
  deadInvitation("expired"),
  page("landing", () => "/"),
  page("landing-apex", ({ system }) => system.file.origin),
  page("not-found", () => "/nothing"),
  page("unknown-restaurant", ({ suspended }) => suspended.replace("suspended.", "nowhere.")),
  page("suspended", ({ suspended }) => suspended),
  page("style-guide", () => "/style-guide"),
  {
    name: "offline",
    async open({ stage }) {
      const before = () => {
        globalThis.fetch = () => Promise.reject(new TypeError("no network"));
      };
      const opened = await stage.open("/offline.html", { before });
      await opened.locator("html[data-started] h1").waitFor();
      return opened;
    },
  },
];
