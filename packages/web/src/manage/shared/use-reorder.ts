import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

export interface Reorder {
  /** The order to show: the person's while they move, else the restaurant's. */
  readonly order: readonly string[];
  /** Whether that is the person's own. */
  readonly isMoved: boolean;
  /** The member that a finger holds. */
  readonly held: string | undefined;
  /** For the handle of a member. */
  readonly handle: (id: string) => {
    readonly "data-handle": string;
    readonly onPointerDown: (event: PointerEvent) => void;
    readonly onPointerMove: (event: PointerEvent) => void;
    readonly onPointerUp: () => void;
    readonly onPointerCancel: () => void;
    readonly onKeyDown: (event: KeyboardEvent) => void;
  };
  /** For the member's element. */
  readonly member: (id: string) => { readonly "data-member": string };
}

/** Several presses of an arrow key are one change of the order. */
const settleMs = 600;

const moved = (ids: readonly string[], from: number, to: number): readonly string[] => {
  const next = [...ids];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
};

/**
 * Puts a list into another order, by dragging a handle or with the arrow keys on it. `save` gets
 * the whole new order, once the finger is lifted or the keys have rested; it resolves when the list
 * is read again. `onMoved` tells each step for a screen reader.
 */
export function useReorder(
  ids: readonly string[],
  save: (ids: readonly string[]) => Promise<unknown>,
  onMoved: (id: string, place: number, of: number) => void,
): Reorder {
  const [draft, setDraft] = useState<readonly string[]>();
  const [held, setHeld] = useState<string>();
  const focused = useRef<string | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const current = useRef<readonly string[]>(ids);
  /** One order after another: each names the version that the one before has made. */
  const saving = useRef<Promise<unknown>>(Promise.resolve());
  const latest = useRef(save);
  latest.current = save;
  // Another person removed a member meanwhile: the restaurant's order counts. New ones are last.
  const isMoved = draft !== undefined && draft.every((id) => ids.includes(id));
  const order = isMoved ? [...draft, ...ids.filter((id) => !draft.includes(id))] : ids;
  current.current = order;
  const places = order.join();

  useEffect(() => () => clearTimeout(timer.current), []);
  // Moving an element takes its focus away.
  useLayoutEffect(() => {
    const id = focused.current;
    if (id === undefined) return;
    document.querySelector<HTMLElement>(`[data-handle="${CSS.escape(id)}"]`)?.focus();
  }, [places]);

  const put = async (before: Promise<unknown>, next: readonly string[]): Promise<void> => {
    await before;
    await latest.current(next);
    if (current.current.join() !== next.join()) return;
    focused.current = undefined;
    setDraft(undefined);
  };
  const commit = () => {
    clearTimeout(timer.current);
    const next = current.current;
    if (next.join() === ids.join()) {
      setDraft(undefined);
      return;
    }
    saving.current = put(saving.current, next);
  };
  const move = (id: string, to: number) => {
    const from = current.current.indexOf(id);
    if (from === -1 || to < 0 || to >= current.current.length || to === from) return;
    current.current = moved(current.current, from, to);
    setDraft(current.current);
    onMoved(id, to + 1, current.current.length);
  };

  const release = () => {
    if (held === undefined) return;
    setHeld(undefined);
    commit();
  };
  return {
    order,
    isMoved,
    held,
    member: (id) => ({ "data-member": id }),
    handle: (id) => ({
      "data-handle": id,
      onPointerDown: (event) => {
        if (event.button !== 0) return;
        (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
        setHeld(id);
      },
      onPointerMove: (event) => {
        if (held !== id) return;
        const over = document
          .elementsFromPoint(event.clientX, event.clientY)
          .map((element) => element.closest<HTMLElement>("[data-member]")?.dataset["member"])
          .find((other) => other !== undefined && current.current.includes(other));
        if (over !== undefined && over !== id) move(id, current.current.indexOf(over));
      },
      onPointerUp: release,
      onPointerCancel: release,
      onKeyDown: (event) => {
        const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        focused.current = id;
        move(id, current.current.indexOf(id) + step);
        clearTimeout(timer.current);
        timer.current = setTimeout(commit, settleMs);
      },
    }),
  };
}
