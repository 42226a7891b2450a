import { useEffect, useState } from "preact/hooks";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import type { ManagedTable } from "./floor-tab.tsx";
import type { ManageApi } from "./manage-api.ts";

export interface PrintCodesProps {
  readonly api: ManageApi;
  readonly tables: readonly ManagedTable[];
  readonly onClose: () => void;
}

/** A card for each table with its code, to be printed by the browser (A4 and Letter). */
export function PrintCodes({ api, tables, onClose }: PrintCodesProps) {
  const { manage } = useStaffTexts();
  const [pictures, setPictures] = useState<ReadonlyMap<string, string>>(new Map());
  const [problem, setProblem] = useState("");
  useEffect(() => {
    let isShown = true;
    const load = async () => {
      for (const { id } of tables) {
        const picture = await api.picture(`/api/tables/${id}/qr.svg`);
        if (!isShown) return;
        setPictures((known) => new Map(known).set(id, picture));
      }
    };
    load().catch(() => setProblem(manage.problems.network));
    return () => {
      isShown = false;
    };
  }, [api, tables, manage]);
  const isReady = pictures.size === tables.length;

  return (
    <section class="print">
      <div class="print-bar">
        <button
          type="button"
          class="button primary"
          disabled={!isReady}
          onClick={() => window.print()}
        >
          {isReady ? manage.print : `${pictures.size} / ${tables.length}`}
        </button>
        <button type="button" class="button" onClick={onClose}>
          {manage.back}
        </button>
        <p class="problem" role="alert">
          {problem}
        </p>
      </div>
      <div class="codes">
        {tables.map((table) => (
          <figure key={table.id} class="code-card">
            <figcaption>
              <bdi>{table.label}</bdi>
            </figcaption>
            {pictures.has(table.id) && (
              <img src={pictures.get(table.id)} alt={manage.codeOf(table.label)} />
            )}
            <p>{manage.scanToCall}</p>
            <p class="code-url" dir="ltr">
              {location.host}
            </p>
          </figure>
        ))}
      </div>
    </section>
  );
}
