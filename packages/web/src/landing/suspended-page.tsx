import { useEffect } from "preact/hooks";
import { LanguageMenu } from "../components/language-menu.tsx";
import { useLandingTexts } from "../i18n/landing-texts.ts";
import "./landing.css";

/** What every page of a suspended restaurant shows: to guests what to do, to its staff whom to ask. */
export function SuspendedPage() {
  const { landing, common } = useLandingTexts();
  useEffect(() => {
    document.title = `${landing.suspended} · ${common.product}`;
  }, [landing, common]);
  return (
    <main class="landing">
      <img src="/icon.svg" alt="" width="88" height="88" />
      <h1>{landing.suspended}</h1>
      <p class="lead">{landing.suspendedHint}</p>
      <p class="quiet">{landing.suspendedStaff}</p>
      <LanguageMenu />
    </main>
  );
}
