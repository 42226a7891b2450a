import { useTexts } from "../i18n/use-texts.ts";
import type { Tile } from "./tiles.ts";

export interface TileButtonProps {
  readonly tile: Tile;
  readonly disabled: boolean;
  readonly onTap: (tile: Tile) => void;
}

/**
 * A request type that becomes its own status. Its height holds the longest status from the start, so that no tap moves
 * another tile.
 */
export function TileButton({ tile, disabled, onTap }: TileButtonProps) {
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
        <span class="tile-icon" aria-hidden="true">
          {type.icon}
        </span>
        <bdi class="tile-label">{label}</bdi>
        <span class="tile-room">
          <span class="tile-sizer" aria-hidden="true">
            <Longest texts={Object.values(texts.guest.status)} class="tile-status" />
            <Longest texts={Object.values(texts.guest.detail)} class="tile-detail" />
          </span>
          {status !== undefined && (
            <span class="tile-words">
              <span class="spoken">: </span>
              <span class="tile-status" data-testid="call-status">
                {status.text}
              </span>
              <span class="tile-detail">{status.detail}</span>
            </span>
          )}
        </span>
        {status !== undefined && status.tone !== "closed" && <Steps step={status.step} />}
      </button>
    </li>
  );
}

const Longest = (props: { readonly texts: readonly unknown[]; readonly class: string }) => (
  <span
    class={props.class}
    data-text={props.texts
      .map((text) => (typeof text === "string" ? text : ""))
      .reduce((longest, text) => (text.length > longest.length ? text : longest), "")}
  />
);

const Steps = ({ step }: { readonly step: number }) => (
  <span class="steps" aria-hidden="true">
    {[0, 1, 2, 3].map((index) => (
      <span key={index} class={index < step ? "reached" : index === step ? "next" : ""} />
    ))}
  </span>
);
