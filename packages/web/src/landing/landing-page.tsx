import { useEffect } from "preact/hooks";
import { LanguageMenu } from "../components/language-menu.tsx";
import { useLandingTexts } from "../i18n/landing-texts.ts";
import { FindRestaurant } from "./find-restaurant.tsx";
import { isApexHost } from "./hosts.ts";
import "./landing.css";

/** The front door: of a restaurant, or, on the apex, the way to one. Also what every unknown address shows. */
export function LandingPage({ found }: { readonly found: boolean }) {
  const { landing, common } = useLandingTexts();
  const isApex = isApexHost(location.hostname);
  useEffect(() => {
    document.title = found ? common.product : `${landing.lost} · ${common.product}`;
  }, [found, landing, common]);
  return (
    <main class="landing">
      <img src="/icon.svg" alt="" width="88" height="88" />
      <h1>{found ? landing.headline : landing.lost}</h1>
      <p class="lead">{found ? landing.text : landing.lostHint}</p>
      {isApex ? (
        <FindRestaurant />
      ) : (
        <a class="button primary" href="/login">
          {landing.staff}
        </a>
      )}
      <p class="quiet">{landing.guests}</p>
      <LanguageMenu />
    </main>
  );
}
