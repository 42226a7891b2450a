import { texts } from "../texts.ts";

/** What is there while there is nothing to show yet. */
export const Splash = ({ text = texts.loading }: { readonly text?: string }) => (
  <main class="splash" aria-busy="true">
    <span class="splash-bell" aria-hidden="true">
      🛎️
    </span>
    <p role="status">{text}</p>
  </main>
);
