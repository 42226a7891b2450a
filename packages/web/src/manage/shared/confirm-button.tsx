import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useOfficeTexts } from "../../i18n/office-texts.ts";

export interface ConfirmButtonProps {
  readonly label: string;
  /** Says what will happen. */
  readonly question: string;
  readonly busy?: boolean;
  readonly onConfirm: () => void;
}

/** A button whose work cannot be undone: it says what will happen, and asks once more. */
export function ConfirmButton({ label, question, busy = false, onConfirm }: ConfirmButtonProps) {
  const { office } = useOfficeTexts();
  const [open, setOpen] = useState(false);
  const keep = useRef<HTMLButtonElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  const questionId = useId();
  useEffect(() => {
    if (open) keep.current?.focus();
    else if (wasOpen.current) first.current?.focus();
    wasOpen.current = open;
  }, [open]);
  if (!open)
    return (
      <button
        ref={first}
        type="button"
        class="button"
        disabled={busy}
        onClick={() => setOpen(true)}
      >
        {label}
      </button>
    );
  return (
    <div class="confirm" role="group" aria-labelledby={questionId}>
      <p id={questionId}>{question}</p>
      <div class="row">
        <button ref={keep} type="button" class="button" onClick={() => setOpen(false)}>
          {office.keep}
        </button>
        <button
          type="button"
          class="button danger"
          disabled={busy}
          onClick={() => {
            setOpen(false);
            onConfirm();
          }}
        >
          {label}
        </button>
      </div>
    </div>
  );
}
