const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/**
 * Loads a part of the page until it has come, with pauses of 1 s, 2 s, 4 s and so on up to 30 s,
 * and up to a quarter more: a room full of phones does not ask at once. A device that is online
 * again asks at once. `attempt` counts from 0.
 * @returns a function that ends it
 */
export function loadAgain<T>(
  load: (attempt: number) => Promise<T>,
  onLoaded: (loaded: T) => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  let attempt = 0;
  const run = () => {
    timer = undefined;
    load(attempt).then(
      (loaded) => {
        if (isOver) return;
        end();
        onLoaded(loaded);
      },
      () => {
        if (isOver) return;
        const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** attempt++);
        timer = setTimeout(run, pauseMs * (1 + Math.random() / 4));
      },
    );
  };
  const wake = () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    run();
  };
  const end = () => {
    isOver = true;
    clearTimeout(timer);
    removeEventListener("online", wake);
  };
  addEventListener("online", wake);
  run();
  return end;
}
