/** When a finger, pen, mouse button or key was last used on the page; `performance.now()`. */
let lastAt = Number.NEGATIVE_INFINITY;
let pressed = 0;

const touched = () => (lastAt = performance.now());

/** Starts listening; once per page. */
export function watchTouches(): void {
  const options = { capture: true, passive: true };
  addEventListener("pointerdown", () => ((pressed = touched()), undefined), options);
  for (const name of ["pointerup", "pointercancel"])
    addEventListener(
      name,
      () => {
        pressed = 0;
        touched();
      },
      options,
    );
  addEventListener("keydown", touched, options);
}

/** Whole seconds since the last touch; undefined before the first one. */
export const idleSeconds = (): number | undefined =>
  Number.isFinite(lastAt) ? Math.floor((performance.now() - lastAt) / 1_000) : undefined;

/** How long nothing may move yet, in milliseconds: until `calmMs` after the last touch, and while a finger is down. */
export function msUntilCalm(calmMs: number): number {
  // A press that never ends (a lost pointerup) counts for 5 s.
  const held = pressed > 0 && performance.now() - pressed < 5_000;
  return held ? calmMs : Math.max(0, lastAt + calmMs - performance.now());
}
