/**
 * Calls `listener` when the page becomes visible or the network returns. In Node it never calls.
 * @returns a function that removes the listeners.
 */
export function onPageReturn(listener: (why: "visible" | "online") => void): () => void {
  const page = globalThis.document as Document | undefined;
  const visible = () => {
    if (page?.visibilityState === "visible") listener("visible");
  };
  const online = () => listener("online");
  page?.addEventListener("visibilitychange", visible);
  if (page !== undefined) globalThis.addEventListener("online", online);
  return () => {
    page?.removeEventListener("visibilitychange", visible);
    if (page !== undefined) globalThis.removeEventListener("online", online);
  };
}
