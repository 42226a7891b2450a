import type { ConnectionState } from "@waiter/client";
import { useLasting } from "../shared/use-lasting.ts";
import { texts } from "../texts.ts";

/** Shouts when the board cannot be trusted, says so quietly when it is only slow. */
export function ConnectionBanner({
  state,
  everLive,
}: {
  readonly state: ConnectionState;
  readonly everLive: boolean;
}) {
  const lost = useLasting(state === "connecting" && everLive, 2_500);
  const shout =
    state === "stale" || state === "offline"
      ? texts.board.shout[state]
      : lost
        ? texts.board.shout.connecting
        : "";
  const hint =
    state === "polling" ? texts.board.polling : state === "degraded" ? texts.board.degraded : "";
  return (
    <>
      <div role="alert">
        {shout !== "" && (
          <p class="banner alarm" data-testid="shout">
            {shout}
          </p>
        )}
      </div>
      <div role="status">{hint !== "" && <p class="banner warn">{hint}</p>}</div>
    </>
  );
}
