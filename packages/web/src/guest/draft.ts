const draftName = "waiter:draft";

/** What the guest has begun to write in this tab, also before a reload. */
export function readDraft(): string {
  try {
    return sessionStorage.getItem(draftName) ?? "";
  } catch {
    return "";
  }
}

export function keepDraft(note: string): void {
  try {
    if (note === "") sessionStorage.removeItem(draftName);
    else sessionStorage.setItem(draftName, note);
  } catch {
    // Without storage a reload costs the draft.
  }
}
