/** Loads what keeps a keyboard's place at the first key: the guest page's first load has no room. */
export function loadKeepFocus(): void {
  const options = { capture: true, once: true };
  const load = () => {
    import("./keep-focus.ts").then(
      ({ keepFocus }) => keepFocus(),
      () => addEventListener("keydown", load, options),
    );
  };
  addEventListener("keydown", load, options);
}
