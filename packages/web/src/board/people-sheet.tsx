import type { StaffClient } from "@waiter/client";
import { Sheet } from "../components/sheet.tsx";
import { useStaffTexts } from "../i18n/staff-texts.ts";

export interface PeopleSheetProps {
  readonly client: StaffClient;
  /** Table and type. */
  readonly what: string;
  /** The id of the person who acts. */
  readonly onChoose: (id: string) => void;
  readonly onClose: () => void;
}

/** "Who takes it?", on a shared screen: the people on duty as large buttons, else all people. */
export function PeopleSheet({ client, what, onChoose, onClose }: PeopleSheetProps) {
  const { board, common } = useStaffTexts();
  return (
    <Sheet title={board.whoTakes} onClose={onClose}>
      <p dir="auto">{what}</p>
      <div class="people">
        {peopleOf(client).map(({ id, name }) => (
          <button key={id} type="button" class="button person" onClick={() => onChoose(id)}>
            <bdi>{name}</bdi>
          </button>
        ))}
      </div>
      <button type="button" class="button quiet wide" onClick={onClose}>
        {common.back}
      </button>
    </Sheet>
  );
}

/** People who may act: those on duty, or, when there is none, all but the shared screens. */
function peopleOf({ duty, staff }: StaffClient): readonly { id: string; name: string }[] {
  if (duty.length > 0) return duty.map((each) => each.staff);
  return staff.filter(({ role }) => role !== "screen");
}
