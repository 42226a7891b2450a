/**
 * Runs before a page's own code, as a plain script for any browser of the last ten years. A file of
 * the page that does not load is asked for 5 times more over 10 s; then, and when the code cannot
 * run here, the page says so.
 */
import { bootTexts, type BootText } from "../i18n/boot-texts.ts";
import { preloadLanguage } from "./preload-language.ts";

const attempts = 5;
const gapMs = 2_000;
/** A file that neither comes nor fails. */
const silentMs = 12_000;

const code = (navigator.language || "en").slice(0, 2) as keyof typeof bootTexts;
const texts = bootTexts[code] || bootTexts.en;
const isStarted = () => document.documentElement.hasAttribute("data-started");
/** Chrome 94, Firefox 93 and Safari 15.4 have all of these. */
const isSupported =
  "noModule" in HTMLScriptElement.prototype &&
  typeof Object.hasOwn === "function" &&
  typeof Array.prototype.at === "function" &&
  CSS.supports("inset: 0");
if (isSupported) preloadLanguage();

function say(text: BootText, final: boolean): void {
  const app = document.getElementById("app");
  const status = document.getElementById("boot-status");
  if (isStarted() || app === null || status === null) return;
  if (code === "ar") document.documentElement.dir = "rtl";
  document.documentElement.lang = bootTexts[code] ? code : "en";
  status.textContent = texts[text];
  const known = document.getElementById("boot-retry");
  if (!final || known !== null) return;
  const button = document.createElement("button");
  button.id = "boot-retry";
  button.type = "button";
  button.textContent = texts.retry;
  button.onclick = () => location.reload();
  status.insertAdjacentElement("afterend", button);
}

const fail = () => say(isSupported ? "lost" : "old", true);

function loadAgain(lost: HTMLScriptElement | HTMLLinkElement): void {
  const attempt = Number(lost.getAttribute("data-attempt") || "0") + 1;
  if (attempt > attempts) {
    fail();
    return;
  }
  say("again", false);
  setTimeout(() => {
    const isScript = lost.tagName === "SCRIPT";
    const next = document.createElement(lost.tagName) as HTMLScriptElement & HTMLLinkElement;
    // Another address: browsers remember that a module failed.
    const [address] = (
      isScript ? (lost as HTMLScriptElement).src : (lost as HTMLLinkElement).href
    ).split("?");
    next.setAttribute("data-entry", "");
    next.setAttribute("data-attempt", String(attempt));
    if (isScript) {
      next.type = "module";
      next.src = `${address}?again=${attempt}`;
    } else {
      next.rel = "stylesheet";
      next.href = `${address}?again=${attempt}`;
    }
    document.head.appendChild(next);
  }, gapMs);
}

addEventListener(
  "error",
  (event) => {
    const target = event.target as Element | Window | null;
    if (target instanceof Element) {
      if (target.hasAttribute("data-entry"))
        loadAgain(target as HTMLScriptElement | HTMLLinkElement);
    } else if (!isStarted()) fail();
  },
  true,
);
addEventListener("unhandledrejection", () => {
  if (!isStarted()) fail();
});
setTimeout(fail, silentMs);
if (!("noModule" in HTMLScriptElement.prototype)) addEventListener("load", fail);
