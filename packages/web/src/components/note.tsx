import { useState } from "preact/hooks";
import { useTexts } from "../i18n/use-texts.ts";

/** Characters that about three lines hold. */
const shortLength = 120;

/** What a person wrote, in its own direction: three lines, the rest behind a button. */
export function Note({ text }: { readonly text: string }) {
  const { common } = useTexts();
  const [open, setOpen] = useState(false);
  const long = text.length > shortLength || text.split("\n").length > 3;
  return (
    <div class="note">
      <p dir="auto" class={long && !open ? "clamped" : ""}>
        {text}
      </p>
      {long && (
        <button
          type="button"
          class="button quiet small"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? common.less : common.more}
        </button>
      )}
    </div>
  );
}
