/** How long the api continues a guest after the last token, ms. */
const guestLifeMs = 4 * 60 * 60_000;
/** How long a page without network shows what it last knew, ms. */
export const knownForMs = 12 * 60 * 60_000;

type Names = Pick<Storage, "length" | "key" | "getItem" | "removeItem">;

/**
 * Removes what this device kept of the restaurant's other tables, once the guest has left: token
 * and unsent requests when the token can no longer be renewed, the rest after 12 hours. Times are
 * this device's own, so that a wrong clock forgets nothing. The present table's token needs no such
 * rule: the api replaces or refuses it when the page opens.
 */
export function forgetLeftTables(storage: Names, tableToken: string, now: number): void {
  for (const name of namesOf(storage)) {
    const [, kind, other] = /^waiter:(guest|calls|withdrawn|asks|table):(.+)$/.exec(name) ?? [];
    if (other === undefined || other === tableToken) continue;
    const ageMs = now - lastSeen(storage, other);
    if (ageMs > (kind === "table" ? knownForMs : guestLifeMs)) storage.removeItem(name);
  }
}

/** Read at once: removing an entry moves the others. */
const namesOf = (storage: Names): string[] =>
  Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "").sort(tableLast);

/** The entry that says the time goes last. */
const tableLast = (one: string, other: string): number =>
  Number(one.startsWith("waiter:table:")) - Number(other.startsWith("waiter:table:"));

/** When the page of that table last had news; 0 when unknown. */
function lastSeen(storage: Names, tableToken: string): number {
  try {
    const known = JSON.parse(storage.getItem(`waiter:table:${tableToken}`) ?? "null") as {
      at?: unknown;
    } | null;
    return typeof known?.at === "number" ? known.at : 0;
  } catch {
    return 0;
  }
}
