import type { GuestClient } from "@waiter/client";
import { useTexts } from "../i18n/use-texts.ts";
import { formatClock } from "../shared/time-span.ts";
import { useLasting } from "../shared/use-lasting.ts";
import { closedText } from "./closed-text.ts";
import { isMuted, type TableSession } from "./known-table.ts";

export interface GuestNoticeProps {
  readonly client: GuestClient;
  readonly session: TableSession;
  /** Since when nothing newer is known, where the page opened without network. */
  readonly knownAt: number | undefined;
  readonly ended: boolean;
  readonly nobody: boolean;
}

/** The one thing to know about the connection or the restaurant, if there is one. It floats. */
export function GuestNotice({ client, session, knownAt, ended, nobody }: GuestNoticeProps) {
  const texts = useTexts();
  const { guest, code } = texts;
  const { state } = client;
  const offline = useLasting(state === "offline", 2_500);
  const broken = useLasting(client.path === "broken", 2_500);
  const slow = useLasting(state !== "live" && state !== "closed", 4_000);
  const [text, tone] = ended
    ? [guest.refused.text, "alarm"]
    : knownAt !== undefined
      ? [`${guest.knownAt(formatClock(knownAt, code))} ${guest.wave}`, "alarm"]
      : offline
        ? [guest.offline, "alarm"]
        : session.open === false
          ? [closedText(session.opensAt, client.serverNow(), texts), "warn"]
          : isMuted(session, client.serverNow())
            ? [guest.mutedUntil(formatClock(session.mutedUntil ?? "", code)), "warn"]
            : broken
              ? [guest.broken, "alarm"]
              : nobody
                ? [guest.nobody, "warn"]
                : slow
                  ? [guest.slow, "calm"]
                  : ["", "calm"];
  return (
    <div class="notice-bar" role="status" data-state={state}>
      {text !== "" && (
        <p class={`banner ${tone}`} data-testid="banner">
          {text}
        </p>
      )}
    </div>
  );
}
