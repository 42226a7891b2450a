import type { Request } from "@waiter/contracts";
import { useEffect, useRef, useState } from "preact/hooks";
import { texts } from "../texts.ts";

export interface DismissDialogProps {
  readonly request: Request;
  readonly onDismiss: (reason: string) => void;
  readonly onClose: () => void;
}

/** Asks for the reason; one tap for the usual ones. */
export function DismissDialog({ request, onDismiss, onClose }: DismissDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="sheet"
      aria-labelledby="dismiss-title"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <form
        class="sheet-body"
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.trim() !== "") onDismiss(reason.trim());
        }}
      >
        <h2 id="dismiss-title">{texts.board.reasonTitle(texts.table(request.table.label))}</h2>
        {texts.board.reasons.map((usual) => (
          <button key={usual} type="button" class="button wide" onClick={() => onDismiss(usual)}>
            {usual}
          </button>
        ))}
        <div class="field">
          <label for="reason">{texts.board.reasonOther}</label>
          <input
            id="reason"
            maxLength={200}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </div>
        <div class="row">
          <button type="button" class="button quiet" onClick={() => dialog.current?.close()}>
            {texts.board.keep}
          </button>
          <button type="submit" class="button primary" disabled={reason.trim() === ""}>
            {texts.board.dismiss}
          </button>
        </div>
      </form>
    </dialog>
  );
}
