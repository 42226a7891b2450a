import { Note } from "../components/note.tsx";
import { Sheet } from "../components/sheet.tsx";
import { useTexts } from "../i18n/use-texts.ts";
import type { Tile } from "./tiles.ts";

export interface RequestSheetProps {
  readonly tile: Tile;
  readonly busy: boolean;
  readonly onCancel: () => void;
  readonly onClose: () => void;
}

/** What is known about the table's request of one type, and the way back. */
export function RequestSheet({ tile, busy, onCancel, onClose }: RequestSheetProps) {
  const { guest, common } = useTexts();
  const { status, request, pending, label, type } = tile;
  const note = request?.note ?? pending?.call.note;
  const payment = request?.payment ?? pending?.call.payment;
  if (status === undefined) return null;
  return (
    <Sheet title={label} icon={type.icon} onClose={onClose}>
      <div aria-live="polite">
        <p class="sheet-status">{status.text}</p>
        <p>{status.detail}</p>
      </div>
      <ol class="step-list" aria-label={guest.steps.label(status.step, guest.steps.names.length)}>
        {guest.steps.names.map((name, index) => (
          <li key={name} class={index < status.step ? "reached" : ""}>
            {name}
          </li>
        ))}
      </ol>
      {payment !== undefined && <p class="quiet">{common.payment[payment]}</p>}
      {note !== undefined && note !== "" && (
        <div>
          <p class="quiet">{guest.yourNote}</p>
          <Note text={note} />
        </div>
      )}
      <button type="button" class="button wide" onClick={onClose}>
        {guest.keep}
      </button>
      <button
        type="button"
        class="button quiet wide"
        disabled={busy}
        aria-label={guest.cancelOf(label)}
        onClick={onCancel}
      >
        {guest.cancel}
      </button>
    </Sheet>
  );
}
