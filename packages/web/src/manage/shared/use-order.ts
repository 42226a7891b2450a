import { useRef, useState } from "preact/hooks";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { useManage } from "./manage-context.ts";
import type { Changing } from "./use-change.ts";
import { useReorder, type Reorder } from "./use-reorder.ts";

export interface OrderedList {
  /** Of `PUT <path>`: `ids` or `keys`. */
  readonly path: string;
  readonly name: "ids" | "keys";
  /** Every member, in the restaurant's order, and the version of that order. */
  readonly ids: readonly string[];
  readonly version: number;
  /** The members that are shown together; all without it. */
  readonly shown?: readonly string[];
  readonly labelOf: (id: string) => string;
  readonly refresh: () => Promise<void>;
  readonly change: Changing["change"];
}

/** The order of one of the restaurant's lists, with what a screen reader says of each step. */
export function useOrder(list: OrderedList): Reorder & { readonly spoken: string } {
  const { api } = useManage();
  const { office } = useOfficeTexts();
  const [spoken, setSpoken] = useState("");
  const version = useRef(list.version);
  version.current = Math.max(version.current, list.version);
  const shown = list.shown ?? list.ids;
  const save = async (next: readonly string[]) => {
    const places = new Set(next);
    let index = 0;
    const whole = list.ids.map((id) => (places.has(id) ? (next[index++] ?? id) : id));
    await list.change(async () => {
      const body = { [list.name]: whole, version: version.current };
      const answer = await api.call<{ version: number }>("PUT", list.path, body);
      version.current = answer.version;
    });
    await list.refresh();
  };
  const reorder = useReorder(shown, save, (id, place, of) =>
    setSpoken(office.movedTo(list.labelOf(id), String(place), String(of))),
  );
  return { ...reorder, spoken };
}
