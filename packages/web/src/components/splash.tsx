import type { ComponentChildren } from "preact";
import { useTexts } from "../i18n/use-texts.ts";

export interface SplashProps {
  /** A heading, for pages that stay; without one the page is on its way. */
  readonly title?: string;
  readonly text?: string;
  readonly icon?: string;
  readonly children?: ComponentChildren;
}

/** A whole page with one message: while there is nothing to show yet, or when there is nothing else to say. */
export function Splash({ title, text, icon = "🛎️", children }: SplashProps) {
  const { common } = useTexts();
  return (
    <main class="splash" aria-busy={title === undefined}>
      <span class="splash-icon" aria-hidden="true">
        {icon}
      </span>
      <h1 class={title === undefined ? "spoken" : ""}>{title ?? common.product}</h1>
      <p role="status">{text ?? common.loading}</p>
      {children}
    </main>
  );
}
