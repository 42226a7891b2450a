/** This page's release, filled in by the build. */
declare const __RELEASE__: string;

const header = "waiter-oldest-client";
const keptName = "waiter:reloaded-for";
/** A person who has touched the page so lately may want to undo something. */
const quietMs = 8_000;
const lookEveryMs = 1_000;

const busy = new Set<() => boolean>();
const typed = new Set<HTMLInputElement>();
let underWay = 0;
let touchedAt = Number.NEGATIVE_INFINITY;
let isDue = false;

/**
 * Reloads a page whose release the api no longer serves (`Waiter-Oldest-Client`), when nothing is
 * pending: no call under way, no open sheet, no typed text, nothing that `keepWhile` names. Once
 * per oldest release and tab: while two builds answer in turn, the reload may bring the old page.
 */
export function followReleases(): void {
  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    underWay++;
    try {
      const answer = await send(input, init);
      noteOldest(answer);
      return answer;
    } finally {
      underWay--;
    }
  };
  addEventListener("input", ({ target }) => noteTyped(target as HTMLInputElement), true);
  addEventListener("submit", () => typed.clear(), true);
  for (const kind of ["pointerdown", "keydown"])
    addEventListener(kind, () => (touchedAt = performance.now()), { capture: true, passive: true });
}

/** What stands in no form, as the choice of a language, has taken effect. */
function noteTyped(field: HTMLInputElement): void {
  if (field.form !== null) typed.add(field);
}

/** Keeps an older page while `isBusy`: it has something to lose. @returns a function that ends it */
export function keepWhile(isBusy: () => boolean): () => void {
  busy.add(isBusy);
  return () => {
    busy.delete(isBusy);
  };
}

/** Reads what an answer of the api says about the oldest release. */
export function noteOldest({ headers }: Response): void {
  const oldest = headers.get(header);
  if (isDue || oldest === null || !isOlder(__RELEASE__, oldest) || wasReloadedFor(oldest)) return;
  isDue = true;
  const timer = setInterval(() => {
    if (!isQuiet()) return;
    clearInterval(timer);
    if (keep(oldest)) location.reload();
  }, lookEveryMs);
}

const isQuiet = (): boolean =>
  underWay === 0 &&
  performance.now() - touchedAt > quietMs &&
  document.querySelector("[data-sheet], dialog[open]") === null &&
  !isTyping() &&
  ![...busy].some((isBusy) => isBusy());

/** Text that was typed into a field that is still there, and not sent with its form. */
const isTyping = (): boolean => [...typed].some((field) => field.isConnected && field.value !== "");

/** Releases as `1.2.3`. What is no release is not older. */
function isOlder(release: string, oldest: string): boolean {
  const [own, least] = [release, oldest].map((each) => each.split(".").map(Number));
  for (const [index, part] of (least ?? []).entries()) {
    const difference = (own?.[index] ?? 0) - part;
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function wasReloadedFor(oldest: string): boolean {
  try {
    return sessionStorage.getItem(keptName) === oldest;
  } catch {
    // Without storage a page could reload again and again.
    return true;
  }
}

/** @returns whether the reload is remembered. */
function keep(oldest: string): boolean {
  try {
    sessionStorage.setItem(keptName, oldest);
    return true;
  } catch {
    return false;
  }
}
