import { useTexts } from "../i18n/use-texts.ts";
import type { Tile } from "./tiles.ts";

export interface TileButtonProps {
  readonly tile: Tile;
  readonly disabled: boolean;
  /** The label whose longest status this tile makes room for. */
  readonly roomFor?: string | undefined;
  readonly onTap: (tile: Tile) => void;
}

/**
 * A request type that becomes its own status. Its row holds the longest status from the start, so
 * that no tap moves another tile; rows are alike, so one tile makes room for all of them.
 */
export function TileButton({ tile, disabled, roomFor, onTap }: TileButtonProps) {
  const texts = useTexts();
  const { status, label, type, ready } = tile;
  const tone = status === undefined ? "ready" : status.tone;
  return (
    <li
      class={`tile ${tone}`}
      data-testid={status === undefined ? "tile" : "call"}
      data-state={tile.request?.state ?? (tile.pending === undefined ? "ready" : "unsent")}
    >
      <button
        type="button"
        class="tile-button"
        data-does={`${ready ? "call" : "show"}:${tile.key}`}
        disabled={disabled && ready}
        onClick={() => onTap(tile)}
      >
        {roomFor !== undefined && (
          <span class="tile-sizer" aria-hidden="true">
            <Unseen text={type.icon} class="tile-icon" />
            <Unseen text={roomFor} class="tile-label" />
            <Unseen text={longest(Object.values(texts.guest.status))} class="tile-status" />
            <Unseen text={longest(Object.values(texts.guest.detail))} class="tile-detail" />
            <Steps step={0} />
          </span>
        )}
        <span class="tile-face">
          <span class="tile-icon" aria-hidden="true">
            {type.icon}
          </span>
          <bdi class="tile-label">{label}</bdi>{" "}
          {status !== undefined && (
            <>
              <span class="tile-status" data-testid="call-status">
                {status.text}
              </span>
              <span class="tile-detail">{status.detail}</span>
              {status.tone !== "closed" && <Steps step={status.step} />}
            </>
          )}
        </span>
      </button>
    </li>
  );
}

/** Takes the room of a hidden text: it is no text of the page. */
const Unseen = (props: { readonly text: string; readonly class: string }) => (
  <span class={props.class} data-text={props.text} />
);

/** The longest text; what is no text is left out. */
export const longest = (texts: readonly unknown[]): string =>
  texts
    .map((text) => (typeof text === "string" ? text : ""))
    .reduce((found, text) => (text.length > found.length ? text : found), "");

const Steps = ({ step }: { readonly step: number }) => (
  <span class="steps" aria-hidden="true">
    {[0, 1, 2, 3].map((index) => (
      <span key={index} class={index < step ? "reached" : index === step ? "next" : ""} />
    ))}
  </span>
);
