import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { Splash } from "../components/splash.tsx";
import { useIsolate, useLanguage } from "../i18n/use-texts.ts";
import { useChanges } from "../shared/use-changes.ts";
import { useLasting } from "../shared/use-lasting.ts";
import { keepKnownTable, readKnownTable, type TableSession } from "./known-table.ts";
import type { OpenTable } from "./open-table.ts";
import { showAccent } from "./show-accent.ts";
import { TablePage } from "./table-page.tsx";
import "./guest.css";

/** A table's page: what the server says, or, without network, what this device last knew. */
export function GuestPage({ table }: { readonly table: OpenTable }) {
  const { client, tableToken } = table;
  const { texts, offer } = useLanguage();
  const isolate = useIsolate();
  useChanges(client);
  const refused = table.refused();
  const [known] = useState(() => readKnownTable(tableToken, Date.now()));
  const waiting = useLasting(client.session === undefined, 4_000);
  const late = waiting || client.state === "offline";
  const live = client.session as TableSession | undefined;
  const session = live ?? (late ? known?.session : undefined);
  const { requests } = client;

  const { accent } = live ?? known?.session ?? {};
  useLayoutEffect(() => showAccent(accent), [accent]);
  useEffect(() => {
    if (live !== undefined) keepKnownTable(tableToken, live, requests);
  }, [tableToken, live, requests]);
  useEffect(() => {
    if (live?.languages !== undefined) offer(live.languages);
  }, [live, offer]);
  useEffect(() => {
    if (session === undefined) return;
    const label = isolate(texts.common.table(session.table.label));
    document.title = texts.guest.title(label, isolate(session.restaurant.name));
  }, [session, texts, isolate]);

  const { guest } = texts;
  if (refused !== undefined && live === undefined)
    return <Splash title={guest.refused.title} text={guest.refused.text} icon="🔎" />;
  if (session === undefined)
    return late ? (
      <Splash text={guest.unreachable}>
        <p>{guest.wave}</p>
      </Splash>
    ) : (
      <Splash />
    );
  return (
    <TablePage
      table={table}
      session={session}
      requests={live === undefined ? (known?.requests ?? []) : requests}
      knownAt={live === undefined ? known?.at : undefined}
      ended={refused !== undefined}
    />
  );
}
