import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { ask, type Answer } from "../harness/ask.ts";
import { openManage } from "../harness/manage-page.ts";
import { call, openBoard, requestOf, sitDown } from "../harness/people.ts";
import { shareSystem } from "../harness/share-system.ts";

/** The lists of /manage, while another person changes what they show. */
const { system, browser } = shareSystem();
let token: string;

beforeEach(async () => {
  using manager = await openBoard(system, { role: "manager" });
  token = manager.session?.accessToken ?? "";
});

async function change(method: string, path: string, body?: object): Promise<Answer> {
  const answer = await ask(system, path, {
    method,
    token,
    key: randomUUID(),
    ...(body !== undefined && { body }),
  });
  if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
  return answer;
}

interface Watch {
  /** The list's address. */
  readonly path: string;
  /** Begins each row's `data-does`. */
  readonly kind: string;
  /** The row that goes; without it one comes. */
  readonly id?: string;
  /** An element below it. */
  readonly below: string;
}
interface Seen {
  /** Whether the row still is as it was; without controls, where it goes. */
  readonly inPlace: boolean;
  /** Whether what is below it stood still. */
  readonly stood: boolean;
}
type Watching = typeof globalThis & { seen?: Seen };

/** From here on a finger is on the page, until it has read that the row came or went. */
const watch = (page: Page, given: Watch): Promise<void> =>
  page.evaluate(({ path, kind, id, below }) => {
    const rows = () => document.querySelectorAll(`[data-does^='${kind}:']`).length;
    const topOf = () => document.querySelector(below)?.getBoundingClientRect().top;
    const [top, count] = [topOf(), rows()];
    const touching = setInterval(
      () => dispatchEvent(new KeyboardEvent("keydown", { key: "Shift" })),
      50,
    );
    const look = () => {
      const gone = document.querySelector(`[data-does='${kind}:${id}']`)?.closest("[inert]");
      const inPlace = rows() === count && (id === undefined || (gone ?? null) !== null);
      (globalThis as Watching).seen ??= { inPlace, stood: topOf() === top };
      clearInterval(touching);
    };
    const send = fetch;
    globalThis.fetch = async (input, init) => {
      const answer = await send(input, init);
      const isList = new URL(answer.url).pathname === path && (init?.method ?? "GET") === "GET";
      if (!isList) return answer;
      const text = await answer.clone().text();
      const [list = []] = Object.values(JSON.parse(text) as object).filter(Array.isArray);
      // The page has shown what it read by then.
      if (id === undefined ? list.length > count : !text.includes(id)) setTimeout(look, 200);
      return answer;
    };
  }, given);

async function expectHeld(page: Page): Promise<void> {
  const isSeen = () => (globalThis as Watching).seen !== undefined;
  await page.waitForFunction(isSeen, undefined, { timeout: 60_000 });
  const seen = await page.evaluate(() => (globalThis as Watching).seen);
  expect(seen).toEqual({ inPlace: true, stood: true });
}

const removals = [
  {
    part: "floor",
    path: "/api/tables",
    kind: "table",
    make: async () => {
      const body = { labels: ["Held 1", "Held 2"] };
      const { tables } = (await change("POST", "/api/tables", body)).body;
      return (tables as { id: string }[]).map(({ id }) => id);
    },
  },
  {
    part: "types",
    path: "/api/request-types",
    kind: "type",
    make: async () => {
      for (const key of ["held-1", "held-2"])
        await change("POST", "/api/request-types", { key, label: key, icon: "🍋" });
      return ["held-1", "held-2"];
    },
  },
];

test.each(removals)(
  "a row that is removed elsewhere keeps its place under a finger: $part",
  async ({ part, path, kind, make }) => {
    const made = await make();
    await using page = await openManage(browser, system, "owner", part);
    const rowOf = (id: string) => `[data-does='${kind}:${id}']`;
    for (const id of made) await page.locator(rowOf(id)).waitFor();
    const shown = await page
      .locator(made.map(rowOf).join())
      .evaluateAll((rows) => rows.map((row) => row.getAttribute("data-does")?.split(":")[1] ?? ""));
    const [upper = "", lower = ""] = shown;
    await watch(page, { path, kind, id: upper, below: rowOf(lower) });
    await change("DELETE", `${path}/${upper}`);
    await expectHeld(page);
    await page.locator(rowOf(upper)).waitFor({ state: "detached" });
    await change("DELETE", `${path}/${lower}`);
  },
);

test("a person who is deactivated elsewhere keeps their place under a finger", async () => {
  const made = await change("POST", "/api/staff", { name: "Aaron", role: "waiter" });
  const { id, version } = made.body["staff"] as { id: string; version: number };
  await using page = await openManage(browser, system, "owner", "team");
  const row = page.locator(`[data-does='person:${id}']`);
  await row.waitFor();
  await watch(page, { path: "/api/staff", kind: "person", id, below: ".part .check" });
  await change("PATCH", `/api/staff/${id}`, { active: false, version });
  await expectHeld(page);
  await row.waitFor({ state: "detached" });
});

test("a request that a guest makes moves the others only once no finger is near", async () => {
  const first = requestOf(await call(system, await sitDown(system, 0), "water"));
  await using page = await openManage(browser, system, "owner", "requests");
  const below = `[data-does='request:${first.id}']`;
  await page.locator(below).waitFor();
  await watch(page, { path: "/api/requests", kind: "request", below });
  const { id } = requestOf(await call(system, await sitDown(system, 1), "water"));
  await expectHeld(page);
  await page.locator(`[data-does='request:${id}']`).waitFor();
});
