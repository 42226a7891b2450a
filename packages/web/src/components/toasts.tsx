import { useTexts } from "../i18n/use-texts.ts";
import { leaveFocus } from "./leave-focus.ts";
import type { Toast } from "./use-toasts.ts";

/** The floating notices, the newest at the bottom. */
export function Toasts({
  toasts,
  onDrop,
}: {
  readonly toasts: readonly Toast[];
  readonly onDrop: (id: number) => void;
}) {
  const { common } = useTexts();
  return (
    <section class="toasts" tabIndex={-1} aria-label={common.notices}>
      <div role="status">
        {toasts.map(({ id, text, tone, actions }) => (
          <div key={id} class={`toast ${tone}`} data-testid="toast" data-toast={id}>
            <p dir="auto">{text}</p>
            {actions.map(({ label, name, run }) => (
              <button
                key={label}
                type="button"
                class="button toast-action"
                aria-label={name}
                onClick={(event) => {
                  leaveFocus(event);
                  onDrop(id);
                  run();
                }}
              >
                {label}
              </button>
            ))}
          </div>
        ))}
      </div>
    </section>
  );
}
