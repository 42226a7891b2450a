const keyName = "waiter:device";
const sentName = "waiter:join-sent";

/** A random text of this device's own; it is kept, so that a lost answer can be asked for again. */
export function deviceKey(): string {
  const made = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
  try {
    const kept = localStorage.getItem(keyName) ?? made;
    localStorage.setItem(keyName, kept);
    return kept;
  } catch {
    return made;
  }
}

function inSession<T>(work: (storage: Storage) => T): T | undefined {
  try {
    return work(sessionStorage);
  } catch {
    // Without storage a lost answer can be asked for only until the page is closed.
    return undefined;
  }
}

/** A join is on its way; a reload of this tab knows of it. */
export const keepSent = (): void => inSession((storage) => storage.setItem(sentName, "yes"));
export const forgetSent = (): void => inSession((storage) => storage.removeItem(sentName));
export const hasSent = (): boolean => inSession((storage) => storage.getItem(sentName)) === "yes";
