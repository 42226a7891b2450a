import { Icon } from "../../components/icon.tsx";
import * as icons from "../../components/icons.ts";
import type { Reorder } from "./use-reorder.ts";

/** What a member of a list is dragged by; arrow keys move it as well. */
export function MoveHandle({
  id,
  label,
  reorder,
}: {
  readonly id: string;
  readonly label: string;
  readonly reorder: Reorder;
}) {
  return (
    <button
      type="button"
      class="button quiet square handle"
      aria-label={label}
      data-does={`move:${id}`}
      {...reorder.handle(id)}
    >
      <Icon path={icons.grip} />
    </button>
  );
}
