import { useEffect } from "preact/hooks";
import { LanguageMenu } from "../components/language-menu.tsx";
import { useLandingTexts } from "../i18n/landing-texts.ts";
import { FindRestaurant } from "./find-restaurant.tsx";
import { isApexHost } from "./hosts.ts";
import "./landing.css";

export interface LandingPageProps {
  readonly found: boolean;
  /** The restaurant's; undefined on the apex, and where it could not be read. */
  readonly name?: string | undefined;
}

/** The front door: of a restaurant, or, on the apex, the way to one. Also what every unknown address shows. */
export function LandingPage({ found, name }: LandingPageProps) {
  const { landing, common } = useLandingTexts();
  const isApex = isApexHost(location.hostname);
  const headline = found ? landing.headline : landing.lost;
  useEffect(() => {
    document.title = found ? (name ?? common.product) : `${landing.lost} · ${common.product}`;
  }, [found, name, landing, common]);
  return (
    <main class="landing">
      <img src="/icon.svg" alt="" width="88" height="88" />
      <h1>{name === undefined ? headline : <bdi>{name}</bdi>}</h1>
      {name !== undefined && <p class="lead">{headline}</p>}
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
