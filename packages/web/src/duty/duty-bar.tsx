import type { ComponentChildren } from "preact";
import type { StaffClient } from "@waiter/client";
import { Icon } from "../components/icon.tsx";
import * as icons from "../components/icons.ts";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { useIsolate } from "../i18n/use-texts.ts";
import { dutyWords } from "./duty-words.ts";
import { readLastDuty, type OwnDuty } from "./use-duty.ts";

export interface DutyBarProps {
  readonly client: StaffClient;
  readonly duty: OwnDuty;
  readonly onChoose: () => void;
  /** What else stands in this line. */
  readonly children?: ComponentChildren;
}

/** One tap to start, in the board's head; on duty it says what this person has. */
export function DutyBar({ client, duty, onChoose, children }: DutyBarProps) {
  const texts = useStaffTexts().duty;
  const isolate = useIsolate();
  const { tables, zones } = client;
  const places = { tables, zones, everything: texts.everything, isolate, comma: texts.comma };
  const { mine, busy } = duty;
  if (mine !== undefined)
    return (
      <div class="duty-bar" data-testid="duty" data-state="on">
        <button type="button" class="button quiet" onClick={onChoose}>
          <Icon path={icons.walk} />{" "}
          <span class="duty-words">{texts.on(dutyWords(mine, places))}</span>
        </button>
        {children}
      </div>
    );
  const last = readLastDuty({ tables, zones });
  return (
    <div class="duty-bar" data-testid="duty" data-state="off">
      {children}
      <p>{texts.off}</p>
      {last !== undefined && (
        <button
          type="button"
          class="button primary"
          disabled={busy}
          onClick={() => void duty.start(last)}
        >
          <span class="duty-words">{texts.start(dutyWords(last, places))}</span>
        </button>
      )}
      <button
        type="button"
        class={`button ${last === undefined ? "primary" : ""}`}
        disabled={busy}
        onClick={() => void duty.start({ tables: "all", zones: [] })}
      >
        {texts.start(texts.everything)}
      </button>
      <button type="button" class="button" onClick={onChoose}>
        {texts.choose}
      </button>
    </div>
  );
}
