import { useEffect, useRef, useState } from "preact/hooks";
import { texts } from "../texts.ts";

const maxLength = 500;

/** A note that goes with the next call. Closed until wanted: most calls need none. */
export function NoteField({
  note,
  onNote,
}: {
  readonly note: string;
  readonly onNote: (note: string) => void;
}) {
  const [open, setOpen] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (open) field.current?.focus();
  }, [open]);
  if (!open && note === "")
    return (
      <button type="button" class="button quiet wide" onClick={() => setOpen(true)}>
        <span aria-hidden="true">✎</span> {texts.guest.note}
      </button>
    );
  return (
    <div class="field">
      <label for="note">{texts.guest.noteLabel}</label>
      <textarea
        id="note"
        rows={3}
        maxLength={maxLength}
        value={note}
        aria-describedby="note-hint"
        ref={field}
        onInput={(event) => onNote(event.currentTarget.value)}
        onBlur={() => setOpen(false)}
      />
      <p id="note-hint" class="quiet">
        {note.length > maxLength - 100
          ? texts.guest.noteLeft(maxLength - note.length)
          : texts.guest.noteHint}
      </p>
    </div>
  );
}
