const keptName = "waiter:language";

/** What the person chose on this device, if anything. */
export function keptLanguage(): string | null {
  try {
    return localStorage.getItem(keptName);
  } catch {
    return null;
  }
}

export function keepLanguage(code: string): void {
  try {
    localStorage.setItem(keptName, code);
  } catch {
    // Without storage the choice holds for this visit.
  }
}
