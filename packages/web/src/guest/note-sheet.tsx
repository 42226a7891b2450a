import { useEffect, useRef, useState } from "preact/hooks";
import { Sheet } from "../components/sheet.tsx";
import { useTexts } from "../i18n/use-texts.ts";
import { keepDraft, readDraft } from "./draft.ts";

const maxLength = 500;

export interface NoteSheetProps {
  readonly icon: string;
  readonly onSend: (note: string) => void;
  readonly onClose: () => void;
}

/** Asks what is needed, with the usual things at one tap. The draft outlives a reload. */
export function NoteSheet({ icon, onSend, onClose }: NoteSheetProps) {
  const { guest, common } = useTexts();
  const [note, setNote] = useState(readDraft);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => keepDraft(note), [note]);
  useEffect(() => field.current?.focus(), []);
  const left = maxLength - note.length;
  return (
    <Sheet title={guest.noteTitle} icon={icon} onClose={onClose}>
      <form
        class="note-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (note.trim() === "") return;
          keepDraft("");
          onSend(note.trim());
        }}
      >
        <div class="chips">
          {guest.noteIdeas.map((idea) => (
            <button
              key={idea}
              type="button"
              class="chip"
              onClick={() =>
                setNote((known) => (known.trim() === "" ? idea : `${known.trim()}, ${idea}`))
              }
            >
              {idea}
            </button>
          ))}
        </div>
        <div class="field">
          <label for="note">{guest.noteLabel}</label>
          <textarea
            id="note"
            dir="auto"
            rows={3}
            maxLength={maxLength}
            value={note}
            ref={field}
            aria-describedby="note-left"
            onInput={(event) => setNote(event.currentTarget.value)}
          />
          <p id="note-left" class="quiet">
            {left < 100 && guest.noteLeft(left)}
          </p>
        </div>
        <button type="submit" class="button primary wide" disabled={note.trim() === ""}>
          {guest.send}
        </button>
        <button type="button" class="button quiet wide" onClick={onClose}>
          {common.back}
        </button>
      </form>
    </Sheet>
  );
}
