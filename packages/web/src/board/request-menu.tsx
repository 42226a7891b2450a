import type { Request } from "@waiter/contracts";
import { useState } from "preact/hooks";
import { Sheet } from "../components/sheet.tsx";
import { useStaffTexts } from "../i18n/staff-texts.ts";

export interface RequestMenuProps {
  readonly request: Request;
  readonly title: string;
  readonly onComplete: () => void;
  readonly onRelease: () => void;
  readonly onDismiss: (reason: string) => void;
  readonly onClose: () => void;
}

/** The rarer steps of one request: done without going, hand back, not needed and why. */
export function RequestMenu(props: RequestMenuProps) {
  const { board } = useStaffTexts();
  const [asking, setAsking] = useState(false);
  const { request, title, onClose } = props;
  if (asking) return <DismissSheet {...props} />;
  return (
    <Sheet title={title} onClose={onClose}>
      {request.state === "claimed" && (
        <button type="button" class="button wide" onClick={props.onRelease}>
          {board.release}
        </button>
      )}
      {request.state === "new" && (
        <button type="button" class="button wide" onClick={props.onComplete}>
          {board.complete}
        </button>
      )}
      <button type="button" class="button wide" onClick={() => setAsking(true)}>
        {board.dismiss}
      </button>
      <button type="button" class="button quiet wide" onClick={onClose}>
        {board.keep}
      </button>
    </Sheet>
  );
}

/** Asks for the reason; one tap for the usual ones. */
function DismissSheet({ title, onDismiss, onClose }: RequestMenuProps) {
  const { board } = useStaffTexts();
  const [reason, setReason] = useState("");
  return (
    <Sheet title={board.reasonTitle(title)} onClose={onClose}>
      <form
        class="note-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.trim() !== "") onDismiss(reason.trim());
        }}
      >
        {board.reasons.map((usual) => (
          <button key={usual} type="button" class="button wide" onClick={() => onDismiss(usual)}>
            {usual}
          </button>
        ))}
        <div class="field">
          <label for="reason">{board.reasonOther}</label>
          <input
            id="reason"
            dir="auto"
            maxLength={200}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </div>
        <button type="submit" class="button primary wide" disabled={reason.trim() === ""}>
          {board.dismiss}
        </button>
        <button type="button" class="button quiet wide" onClick={onClose}>
          {board.keep}
        </button>
      </form>
    </Sheet>
  );
}
