/**
 * A sheet's entries in the browser's history. `history.back` takes effect later: a link followed
 * or an entry pushed before that would be undone by it, and a tap would be lost. Links and entries
 * wait until the browser has gone back.
 */
const open = new Set<string>();
/** A browser that never says that it has gone back must not hold links for longer. */
const longestMs = 3_000;
let leaving: Promise<void> | undefined;

const current = (): string | undefined => (history.state as { sheet?: string } | null)?.sheet;

/** Gives an open sheet its entry; the back key then calls `onBack`. @returns a function that ends it. */
export function openSheetEntry(onBack: () => void): () => void {
  const id = `${Date.now()}/${Math.random()}`;
  open.add(id);
  const popped = () => {
    if (current() !== id) onBack();
  };
  const push = () => {
    if (!open.has(id)) return;
    history.pushState({ sheet: id }, "");
    addEventListener("popstate", popped);
  };
  if (leaving === undefined) push();
  else void leaving.then(push);
  return () => {
    open.delete(id);
    removeEventListener("popstate", popped);
    if (current() === id) leaving ??= leave();
  };
}

/** Goes back until no closed sheet's entry is left. */
async function leave(): Promise<void> {
  addEventListener("click", holdLink, true);
  for (let id = current(); id !== undefined && !open.has(id); id = current())
    if (!(await goBack())) break;
  removeEventListener("click", holdLink, true);
  leaving = undefined;
}

const goBack = (): Promise<boolean> =>
  new Promise((resolve) => {
    const end = (isBack: boolean) => {
      clearTimeout(timer);
      removeEventListener("popstate", gone);
      resolve(isBack);
    };
    const gone = () => end(true);
    const timer = setTimeout(() => end(false), longestMs);
    addEventListener("popstate", gone);
    history.back();
  });

function holdLink(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  if (link === null || link.target !== "" || link.download !== "" || !isPlain) return;
  event.preventDefault();
  void leaving?.then(() => location.assign(link.href));
}
