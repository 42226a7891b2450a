import type { ComponentChildren, RefObject } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { useTexts } from "../i18n/use-texts.ts";
import { Icon } from "./icon.tsx";
import * as icons from "./icons.ts";
import { openSheetEntry } from "./sheet-entries.ts";
import { trapFocus } from "./trap-focus.ts";

export interface SheetProps {
  readonly title: string;
  readonly icon?: string | undefined;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** The backdrop ignores taps for so long: they were meant for what it covers, as in a slow double tap. */
const inertMs = 1_000;

/**
 * A modal sheet: at the bottom of a phone, in the middle of larger screens. Escape, the backdrop,
 * the cross and the phone's back key close it. Browsers without `<dialog>` get a plain element.
 */
export function Sheet({ title, icon, onClose, children }: SheetProps) {
  const { common } = useTexts();
  const dialog = useRef<HTMLDialogElement>(null);
  const openedAt = useRef(performance.now());
  const titleId = useId();
  const close = useRef(onClose);
  close.current = onClose;
  useBackKey(close);

  useLayoutEffect(() => {
    const element = dialog.current;
    if (element === null) return undefined;
    if (typeof element.showModal === "function") {
      element.showModal();
      return () => element.close();
    }
    element.setAttribute("open", "");
    return trapFocus(element, () => close.current());
  }, []);

  return (
    <dialog
      ref={dialog}
      class="sheet"
      data-sheet
      data-scroll
      role="dialog"
      aria-modal="true"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target !== dialog.current) return;
        if (performance.now() - openedAt.current >= inertMs) onClose();
      }}
    >
      <div class="sheet-body">
        <div class="sheet-head">
          {icon !== undefined && (
            <span class="sheet-icon" aria-hidden="true">
              {icon}
            </span>
          )}
          <h2 id={titleId}>{title}</h2>
          <button
            type="button"
            class="button quiet square"
            aria-label={common.close}
            onClick={onClose}
          >
            <Icon path={icons.close} />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}

/** The back key closes the sheet instead of leaving the page. */
function useBackKey(onBack: RefObject<() => void>): void {
  // Not an effect after the paint: a tap may come before that.
  useLayoutEffect(() => openSheetEntry(() => onBack.current?.()), [onBack]);
}
