import { useEffect, useId, useRef, useState } from "preact/hooks";

export interface ConfirmButtonProps {
  readonly label: string;
  /** Says what will happen. */
  readonly question: string;
  /** Takes the first press back. */
  readonly keep: string;
  readonly busy?: boolean;
  readonly onConfirm: () => void;
}

/** A button whose work cannot be undone: it says what will happen, and asks once more. */
export function ConfirmButton({
  label,
  question,
  keep,
  busy = false,
  onConfirm,
}: ConfirmButtonProps) {
  const [open, setOpen] = useState(false);
  const back = useRef<HTMLButtonElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  const questionId = useId();
  useEffect(() => {
    if (open) back.current?.focus();
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
        <button ref={back} type="button" class="button" onClick={() => setOpen(false)}>
          {keep}
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
