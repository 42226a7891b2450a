import { useEffect } from "preact/hooks";
import { texts } from "../texts.ts";
import "./landing.css";

/** The tenant's front door. */
export function LandingPage({ found }: { readonly found: boolean }) {
  useEffect(() => {
    document.title = texts.product;
  }, []);
  return (
    <main class="landing">
      <img src="/icon.svg" alt="" width="88" height="88" />
      <h1>{found ? texts.landing.headline : texts.landing.lost}</h1>
      {found && <p class="lead">{texts.landing.text}</p>}
      <a class="button primary" href="/login">
        {texts.landing.staff}
      </a>
      <p class="quiet">{texts.landing.guests}</p>
    </main>
  );
}
