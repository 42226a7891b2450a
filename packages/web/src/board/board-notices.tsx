import type { ConnectionState, PathState } from "@waiter/client";
import { Icon } from "../components/icon.tsx";
import * as icons from "../components/icons.ts";
import { leaveFocus } from "../components/leave-focus.ts";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { useLasting } from "../shared/use-lasting.ts";

export interface BoardNoticesProps {
  readonly state: ConnectionState;
  readonly path: PathState;
  readonly everLive: boolean;
  readonly audible: boolean;
  readonly onSound: () => void;
}

/** Floats at the bottom: what cannot be trusted about this screen, loudly, and whether it can be heard. */
export function BoardNotices({ state, path, everLive, audible, onSound }: BoardNoticesProps) {
  const { board, sound } = useStaffTexts();
  const lost = useLasting(state === "connecting" && everLive, 2_500);
  const broken = useLasting(path === "broken" && state !== "offline", 2_500);
  const silent = useLasting(!audible, 1_000);
  const shout =
    state === "stale" || state === "offline"
      ? board.shout[state]
      : lost
        ? board.shout.connecting
        : broken
          ? board.shout.broken
          : "";
  const hint =
    state === "polling"
      ? board.polling
      : state === "degraded" && path !== "broken"
        ? board.degraded
        : "";
  return (
    <div class="notice-bar board-notices" tabIndex={-1}>
      <div role="status">{hint !== "" && <p class="banner warn">{hint}</p>}</div>
      <div role="alert">
        {shout !== "" && (
          <p class="banner alarm" data-testid="shout">
            {shout}
          </p>
        )}
      </div>
      <div role="alert">
        {silent && (
          <p class="banner alarm silent" data-testid="silent">
            <Icon path={icons.mute} /> <span>{sound.silent}</span>
            <button
              type="button"
              class="button"
              onClick={(event) => {
                leaveFocus(event);
                onSound();
              }}
            >
              {sound.turnOn}
            </button>
          </p>
        )}
      </div>
    </div>
  );
}
