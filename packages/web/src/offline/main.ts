import { keptLanguage } from "../i18n/kept-language.ts";
import { offlineTexts } from "../i18n/offline-texts.ts";
import { loadAgain } from "../platform/load-again.ts";
import "../styles/tokens.css";
import "../styles/base.css";
import "../styles/controls.css";

/**
 * What the staff's service worker shows in place of a page that it does not keep, without network:
 * that there is none, in the person's language. It knows nothing about the restaurant or the
 * person, and opens the page as soon as the server answers.
 */
type Code = keyof typeof offlineTexts;
const isSpoken = (code: string): code is Code => Object.hasOwn(offlineTexts, code);

const wanted = [keptLanguage(), ...navigator.languages].map((each) => (each ?? "").slice(0, 2));
const code = wanted.find(isSpoken) ?? "en";
const texts = offlineTexts[code];
const firstPauseMs = 2_000;
const isBoard = /^\/(?:board|wall)\b/.test(location.pathname);

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]>,
): HTMLElementTagNameMap[Name] {
  return Object.assign(document.createElement(name), properties);
}

const main = element("main", { className: "splash" });
const icon = element("span", { className: "splash-icon", textContent: "📡" });
icon.setAttribute("aria-hidden", "true");
const text = element("p", { textContent: texts.text });
text.setAttribute("role", "status");
const retry = element("button", {
  type: "button",
  className: "button primary",
  textContent: texts.retry,
});
retry.addEventListener("click", () => location.reload());
main.append(icon, element("h1", { textContent: texts.title }), text);
if (isBoard) main.append(element("p", { className: "banner alarm", textContent: texts.board }));
main.append(retry);

document.documentElement.lang = code;
document.documentElement.dir = code === "ar" ? "rtl" : "ltr";
document.title = texts.title;
document.getElementById("app")?.replaceChildren(main);
document.documentElement.dataset["started"] = "";

/** Whether the server has this page; its proxy answers alone while it is away. */
async function reach(): Promise<void> {
  const { status } = await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
  if (status >= 500) throw new Error(`the server answered ${status}`);
}
// Not at once: a server that has the page and cannot send it would be asked without end.
setTimeout(() => loadAgain(reach, () => location.reload()), firstPauseMs);
