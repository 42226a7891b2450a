import { plural } from "../../i18n/messages.ts";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { useIsolate } from "../../i18n/use-texts.ts";
import { rowOf, useHeldRows } from "../../touch/use-held-rows.ts";
import { mayManage } from "../shared/is-allowed.ts";
import { useManage } from "../shared/manage-context.ts";
import type { Person } from "./people.ts";

export interface PeopleListProps {
  readonly people: readonly Person[];
  /** Id -> what the person has on duty, as text. */
  readonly dutyOf: ReadonlyMap<string, string>;
  readonly busy: boolean;
  readonly onOpen: (id: string) => void;
  readonly onInvite: (person: Person) => void;
}

/** The people, as buttons that open what can be changed of them, each with a way to invite. */
export function PeopleList({ people, dutyOf, busy, onOpen, onInvite }: PeopleListProps) {
  const { team, code, duty } = useOfficeTexts();
  const isolate = useIsolate();
  const { me, role } = useManage();
  const rows = useHeldRows(people, ({ id }) => id);
  return (
    <ul class="rows" data-testid="people">
      {rows.map((row) => {
        const one = row.item;
        return (
          <li key={one.id} {...rowOf(row)}>
            <button
              type="button"
              class="row-main"
              data-does={`person:${one.id}`}
              onClick={() => onOpen(one.id)}
            >
              <bdi class="row-title">{one.name}</bdi>
              <span class="row-facts">
                <span class="tag">{team.roles[one.role]}</span>
                {one.id === me.id && <span class="tag good">{team.you}</span>}
                {!one.active && <span class="tag">{team.inactive}</span>}
                {one.active && one.devices !== undefined && (
                  <span class="tag">
                    {one.devices === 0 ? team.notJoined : plural(code, team.devicesOf, one.devices)}
                  </span>
                )}
                {dutyOf.has(one.id) && (
                  <span class="tag good">{duty.on(dutyOf.get(one.id) ?? "")}</span>
                )}
              </span>
            </button>
            {one.active && mayManage(role, one.role) && (
              <button
                type="button"
                class="button small"
                aria-label={team.inviteOf(isolate(one.name))}
                disabled={busy}
                onClick={() => onInvite(one)}
              >
                {team.invite}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
