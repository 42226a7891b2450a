import type { GuestClient } from "@waiter/client";
import { useEffect, useState } from "preact/hooks";
import { Splash } from "../components/splash.tsx";
import { useIsolate, useLanguage } from "../i18n/use-texts.ts";
import { useLasting } from "../shared/use-lasting.ts";
import { keepKnownTable, readKnownTable, type TableSession } from "./known-table.ts";
import { TablePage } from "./table-page.tsx";
import { useGuestClient } from "./use-guest-client.ts";
import "./guest.css";

export interface GuestPageProps {
  readonly client: GuestClient;
  readonly tableToken: string;
}

/** A table's page: what the server says, or, without network, what this device last knew. */
export function GuestPage({ client, tableToken }: GuestPageProps) {
  const { texts, offer } = useLanguage();
  const isolate = useIsolate();
  const refused = useGuestClient(client);
  const [known] = useState(() => readKnownTable(tableToken, Date.now()));
  const waiting = useLasting(client.session === undefined, 4_000);
  const late = waiting || client.state === "offline";
  const live = client.session as TableSession | undefined;
  const session = live ?? (late ? known?.session : undefined);
  const { requests } = client;

  useEffect(() => {
    if (live !== undefined) keepKnownTable(tableToken, live, requests);
  }, [tableToken, live, requests]);
  useEffect(() => {
    if (live?.languages !== undefined) offer(live.languages);
  }, [live, offer]);
  useEffect(() => {
    if (session === undefined) return;
    const table = isolate(texts.common.table(session.table.label));
    document.title = texts.guest.title(table, isolate(session.restaurant.name));
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
      client={client}
      tableToken={tableToken}
      session={session}
      requests={live === undefined ? (known?.requests ?? []) : requests}
      knownAt={live === undefined ? known?.at : undefined}
      ended={refused !== undefined}
    />
  );
}
