import type { Settings } from "@waiter/client";
import { useState } from "preact/hooks";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { labelOf } from "../../i18n/type-label.ts";
import { useIsolate } from "../../i18n/use-texts.ts";
import { formatSpan } from "../../shared/time-span.ts";
import { rowOf, useHeldRows } from "../../touch/use-held-rows.ts";
import { Loading } from "../shared/loading.tsx";
import type { ManageApi } from "../../shared/manage-api.ts";
import { MoveHandle } from "../shared/move-handle.tsx";
import { focusHeading, Part } from "../shared/part.tsx";
import { ProblemNote } from "../shared/problem-note.tsx";
import { useChange } from "../shared/use-change.ts";
import { useOrder } from "../shared/use-order.ts";
import { useResource } from "../shared/use-resource.ts";
import type { ManagedType } from "./managed-type.ts";
import { TypeSheet } from "./type-sheet.tsx";

async function readTypes(api: ManageApi) {
  const [types, { settings }] = await Promise.all([
    api.call<{ requestTypes: ManagedType[]; version: number }>("GET", "/api/request-types"),
    api.call<{ settings: Settings }>("GET", "/api/settings"),
  ]);
  return { types: types.requestTypes, order: types.version, languages: settings.languages };
}
const kinds = ["request_type.", "settings."];
const headingId = "types-heading";

/** What guests can ask for: made, named in each language, put into order, removed. */
export function TypesTab() {
  const { value, failed, refresh } = useResource(readTypes, kinds);
  if (value === undefined) return <Loading failed={failed} />;
  return <TypeList {...value} refresh={refresh} />;
}

interface TypeListProps {
  readonly types: readonly ManagedType[];
  readonly order: number;
  readonly languages: Settings["languages"];
  readonly refresh: () => Promise<void>;
}

function TypeList({ types, order, languages, refresh }: TypeListProps) {
  const texts = useOfficeTexts();
  const { types: words, office } = texts;
  const isolate = useIsolate();
  const ordering = useChange();
  const [shown, setShown] = useState<string>();
  const typeOf = (key: string) => types.find((type) => type.key === key);
  const nameOf = (key: string) => {
    const type = typeOf(key);
    return type === undefined ? "" : isolate(labelOf(type, texts));
  };
  const reorder = useOrder({
    path: "/api/request-types/order",
    name: "keys",
    ids: types.map(({ key }) => key),
    version: order,
    labelOf: nameOf,
    refresh,
    change: ordering.change,
  });
  const rows = useHeldRows(
    reorder.order.flatMap((key) => typeOf(key) ?? []),
    ({ key }) => key,
    reorder.isMoved,
  );
  return (
    <Part
      title={words.title}
      id={headingId}
      hint={words.hint}
      actions={
        <button type="button" class="button primary" onClick={() => setShown("")}>
          {words.newType}
        </button>
      }
    >
      <ProblemNote problem={ordering.problem} />
      <ul class="rows">
        {rows.map((row) => {
          const { key, item: type } = row;
          return (
            <li
              key={key}
              {...rowOf(row, reorder.held === key ? "is-held" : "")}
              {...reorder.member(key)}
            >
              <MoveHandle
                id={key}
                label={office.move(isolate(labelOf(type, texts)))}
                reorder={reorder}
              />
              <button
                type="button"
                class="row-main"
                data-does={`type:${key}`}
                onClick={() => setShown(key)}
              >
                <span class="row-icon" aria-hidden="true">
                  {type.icon}
                </span>
                <bdi class="row-title">{labelOf(type, texts)}</bdi>
                <span class="row-facts">
                  {type.asksPayment && <span class="tag">{words.asksPaymentTag}</span>}
                  {type.lateAfterS !== undefined && (
                    <span class="tag">
                      {words.lateAfterTag(formatSpan(type.lateAfterS * 1_000, texts))}
                    </span>
                  )}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      <p class="spoken" role="status">
        {reorder.spoken}
      </p>
      {shown !== undefined && (shown === "" || typeOf(shown) !== undefined) && (
        <TypeSheet
          type={typeOf(shown)}
          languages={languages}
          onChanged={refresh}
          onClose={(isGone = false) => {
            setShown(undefined);
            if (isGone) focusHeading(headingId);
          }}
        />
      )}
    </Part>
  );
}
