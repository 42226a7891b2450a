import { render, type ComponentChild } from "preact";
import { ErrorBoundary } from "../components/error-boundary.tsx";
import { leaveClosedSheets } from "../components/leave-closed-sheets.ts";
import { loadKeepFocus } from "../components/load-keep-focus.ts";
import { LanguageProvider, loadFirstTexts, showLanguage } from "../i18n/language-provider.tsx";
import { guardFingers } from "../touch/finger-guard.ts";
import { watchTouches } from "../touch/last-touch.ts";
import { followReleases } from "./older-release.ts";
import "../styles/tokens.css";
import "../styles/base.css";
import "../styles/controls.css";
import "../styles/layers.css";

/**
 * Chromium 156 loses the pending style changes of descendants when an element's class changes and
 * `moveBefore` moves the element in the same frame; Preact moves with `insertBefore` where there is
 * no `moveBefore`.
 */
delete (Element.prototype as { moveBefore?: unknown }).moveBefore;

/** Shows a page in place of the document's splash; `data-started` tells `boot` that it lives. */
export async function mountPage(page: ComponentChild): Promise<void> {
  followReleases();
  const first = await loadFirstTexts();
  const root = document.getElementById("app");
  if (root === null) throw new Error("the document has no #app");
  root.textContent = "";
  showLanguage(first);
  leaveClosedSheets();
  watchTouches();
  guardFingers();
  loadKeepFocus();
  render(
    <LanguageProvider first={first}>
      <ErrorBoundary>{page}</ErrorBoundary>
    </LanguageProvider>,
    root,
  );
  document.documentElement.dataset["started"] = "";
}
