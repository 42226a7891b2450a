import type { Held } from "./hold.ts";
import { useHeldList } from "./use-held-list.ts";

/** How long a row keeps its place after it has left its list. */
const lingerMs = 1_500;

/**
 * The rows of a list with controls, in places that hold as the board's do: while a finger is near,
 * no row comes, goes or moves, for 2 s at most. A row that has left is `gone`: it keeps its place
 * for a moment and can do nothing. What a change elsewhere adds or takes away pushes no other row
 * under a finger.
 * @param isFree whether the person moves the rows themself
 */
export const useHeldRows = <T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  isFree = false,
): readonly Held<T>[] =>
  useHeldList(items, {
    keyOf,
    groupOf: () => "",
    lingerMs: () => lingerMs,
    appends: false,
    isFree,
  });

/** The attributes of a row's element. */
export const rowOf = ({ gone }: Held<unknown>, name = "") => ({
  class: gone ? `${name} is-gone` : name,
  inert: gone,
});
