import type { StaffClient } from "@waiter/client";
import { texts } from "../texts.ts";

export interface BoardHeadProps {
  readonly client: StaffClient;
  readonly sound: { readonly unlocked: boolean; readonly unlock: () => void };
}

/** Who is there, whether the board is live, and the sound. */
export function BoardHead({ client, sound }: BoardHeadProps) {
  const names = client.staff.filter(({ id }) => client.online.has(id)).map(({ name }) => name);
  const { state, session } = client;
  return (
    <header class="board-head">
      <h1>{texts.board.title}</h1>
      <p class={`live ${state}`} data-testid="connection" data-state={state}>
        {texts.board.state[state]}
      </p>
      {client.online.size > 0 && (
        <p class="presence" title={texts.board.onlineNames(names.join(", "))}>
          {names.slice(0, 4).map((name) => (
            <span key={name} class="face" aria-hidden="true">
              {initials(name)}
            </span>
          ))}
          <span class="count">{texts.board.online(client.online.size)}</span>
          <span class="spoken">{texts.board.onlineNames(names.join(", "))}</span>
        </p>
      )}
      <div class="head-end">
        {sound.unlocked ? (
          <p class="sound-on">
            <span aria-hidden="true">🔔</span> <span>{texts.board.soundOn}</span>
          </p>
        ) : (
          <button
            type="button"
            class="button sound"
            onClick={sound.unlock}
            title={texts.board.soundHint}
          >
            <span aria-hidden="true">🔕</span> {texts.board.sound}
          </button>
        )}
        <span class="me">{session?.staff.name}</span>
        <button
          type="button"
          class="button quiet"
          onClick={() => void client.logout().catch(() => undefined)}
        >
          {texts.board.signOut}
        </button>
      </div>
    </header>
  );
}

const initials = (name: string): string =>
  name
    .split(/\s+/u)
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join("");
