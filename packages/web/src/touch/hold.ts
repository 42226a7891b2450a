export interface Held<T> {
  readonly key: string;
  /** As it is now; as it last was when it is `gone`. */
  readonly item: T;
  readonly group: string;
  /** It left the list and only keeps its place. */
  readonly gone: boolean;
  /** `performance.now()` until which it keeps its place although it left its group or the list. */
  readonly until?: number | undefined;
}

export interface HoldOptions<T> {
  readonly keyOf: (item: T) => string;
  readonly groupOf: (item: T) => string;
  /** How long an item keeps its place after it left its group or the list, in milliseconds. */
  readonly lingerMs: (item: T, gone: boolean) => number;
  /**
   * Whether new items may appear behind all others while a finger is near: so they may where
   * nothing stands below the list. True without it.
   */
  readonly appends?: boolean;
}

interface Moment<T> extends HoldOptions<T> {
  readonly now: number;
  /** A finger is or was just on the page. */
  readonly touching: boolean;
  /** Since when a change of places waits. */
  readonly pendingSince: number | undefined;
}

/** Changes of places wait no longer than this for the finger. */
const longestMs = 2_000;

/**
 * The next list to show. `items` are in their wanted order, one group after the other.
 * @returns `pending`: whether places still differ from the wanted ones because of the finger.
 */
export function hold<T>(
  shown: readonly Held<T>[],
  items: readonly T[],
  moment: Moment<T>,
): { readonly shown: readonly Held<T>[]; readonly pending: boolean } {
  const { keyOf, groupOf, lingerMs, now, pendingSince } = moment;
  const touching =
    moment.touching && (pendingSince === undefined || now - pendingSince < longestMs);
  const byKey = new Map(items.map((item) => [keyOf(item), item]));

  const keeps = shown.flatMap((held): Held<T>[] => {
    const item = byKey.get(held.key);
    const gone = item === undefined;
    const moved = !gone && groupOf(item) !== held.group;
    if (!gone && !moved) return [{ ...held, item, gone: false, until: undefined }];
    const kept = item ?? held.item;
    const known = held.gone === gone ? held.until : undefined;
    const until = known ?? now + lingerMs(kept, gone);
    if (until <= now && !touching) return [];
    return [{ ...held, item: kept, gone, until }];
  });
  const lingering = new Map(
    keeps.filter(({ until }) => until !== undefined).map((h) => [h.key, h]),
  );
  const known = new Set(keeps.map(({ key }) => key));
  const fresh = items.filter((item) => !known.has(keyOf(item)));

  const wanted = items
    .filter((item) => !lingering.has(keyOf(item)))
    .map((item) => ({ key: keyOf(item), item, group: groupOf(item), gone: false }));
  if (!touching) return { shown: weave(wanted, keeps, lingering), pending: false };

  // New items may only stand behind everything of the last group: they push nothing away.
  const lastGroup = keeps.at(-1)?.group;
  const appended = fresh.filter(
    (item) => moment.appends !== false && (keeps.length === 0 || groupOf(item) === lastGroup),
  );
  const held = [
    ...keeps,
    ...appended.map((item) => ({ key: keyOf(item), item, group: groupOf(item), gone: false })),
  ];
  const settled = weave(wanted, keeps, lingering);
  const pending =
    settled.length !== held.length || settled.some(({ key }, index) => key !== held[index]?.key);
  return { shown: held, pending };
}

/** The wanted order, with each lingering item behind the item that it followed. */
function weave<T>(
  wanted: readonly Held<T>[],
  keeps: readonly Held<T>[],
  lingering: ReadonlyMap<string, Held<T>>,
): readonly Held<T>[] {
  const woven = [...wanted];
  for (const [index, held] of keeps.entries()) {
    if (!lingering.has(held.key)) continue;
    const before = keeps
      .slice(0, index)
      .reverse()
      .find(({ group, key }) => group === held.group && woven.some((each) => each.key === key));
    const first = woven.findIndex(({ group }) => group === held.group);
    const at =
      before !== undefined
        ? woven.findIndex(({ key }) => key === before.key) + 1
        : first >= 0
          ? first
          : firstOfLaterGroup(woven, keeps, index);
    woven.splice(at, 0, held);
  }
  return woven;
}

/** Where a group without other items begins: before the next group that is still there. */
function firstOfLaterGroup<T>(
  woven: readonly Held<T>[],
  keeps: readonly Held<T>[],
  index: number,
): number {
  const later = new Set(keeps.slice(index + 1).map(({ group }) => group));
  const at = woven.findIndex(({ group }) => later.has(group));
  return at < 0 ? woven.length : at;
}
