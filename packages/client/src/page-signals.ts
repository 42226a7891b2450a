/**
 * Tells when waiting has become pointless: the page is looked at again, or the network is back. In Node, which has
 * neither, it never calls.
 * @returns a function that ends it.
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
