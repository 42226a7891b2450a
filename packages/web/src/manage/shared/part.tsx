import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

export interface PartProps {
  readonly title: string;
  readonly hint?: string;
  readonly id?: string;
  readonly busy?: boolean;
  /** Beside the heading. */
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** One part of a tab, under its heading. The heading takes the focus when what had it is gone. */
export function Part({ title, hint, id, busy = false, actions, children }: PartProps) {
  const own = useId();
  const headingId = id ?? own;
  return (
    <section class="part" aria-labelledby={headingId} aria-busy={busy}>
      <div class="part-head">
        <h2 id={headingId} tabIndex={-1}>
          {title}
        </h2>
        {actions}
      </div>
      {hint !== undefined && <p class="quiet">{hint}</p>}
      {children}
    </section>
  );
}

/** Gives the focus to a heading once the page has been drawn without what had it. */
export const focusHeading = (id: string): void => {
  setTimeout(() => document.getElementById(id)?.focus(), 0);
};
