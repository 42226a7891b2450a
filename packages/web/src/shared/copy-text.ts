/**
 * Copies what an element shows; without HTTPS by its selection, which stays where the browser
 * refuses that too. @returns whether it is on the clipboard
 */
export async function copyText(element: Element | null): Promise<boolean> {
  if (element === null) return false;
  try {
    await navigator.clipboard.writeText(element.textContent ?? "");
    return true;
  } catch {
    getSelection()?.selectAllChildren(element);
    const { execCommand } = document as { execCommand?: (command: string) => boolean };
    return execCommand?.call(document, "copy") === true;
  }
}
