/** Goes back over the entries of sheets that a reload has closed: Back would do nothing there. */
export function leaveClosedSheets(): void {
  if ((history.state as { readonly sheet?: string } | null)?.sheet === undefined) return;
  addEventListener("popstate", leaveClosedSheets, { once: true });
  history.back();
}
