import type { GuestClient } from "@waiter/client";
import type { GuestRequest, RequestType } from "@waiter/contracts";
import { useEffect, useState } from "preact/hooks";
import { Splash } from "../shared/splash.tsx";
import { useLasting } from "../shared/use-lasting.ts";
import { useTick } from "../shared/use-tick.ts";
import { texts } from "../texts.ts";
import { CallCard } from "./call-card.tsx";
import { statusOf, unsentStatus } from "./call-status.ts";
import { NoteField } from "./note-field.tsx";
import { PaymentSheet } from "./payment-sheet.tsx";
import { useGuestClient } from "./use-guest-client.ts";
import "./guest.css";

/** Closed calls stay for a while, so that "done" is read. */
const keepClosedMs = 5 * 60_000;
const isOpen = ({ state }: GuestRequest): boolean => state === "new" || state === "claimed";

export function GuestPage({ tableToken }: { readonly tableToken: string }) {
  const { client, refused } = useGuestClient(tableToken);
  const { session } = client;
  useEffect(() => {
    if (session !== undefined)
      document.title = texts.guest.title(texts.table(session.table.label), session.restaurant.name);
  }, [session]);
  const waiting = useLasting(session === undefined, 4_000);
  if (refused !== undefined && session === undefined) return <Refused />;
  if (session === undefined)
    return (
      <Splash
        text={waiting || client.state === "offline" ? texts.guest.unreachable : texts.loading}
      />
    );
  return (
    <Table
      client={client}
      types={session.requestTypes}
      restaurant={session.restaurant.name}
      label={session.table.label}
      ended={refused !== undefined}
    />
  );
}

const Refused = () => (
  <main class="splash">
    <span class="splash-bell" aria-hidden="true">
      🔎
    </span>
    <h1>{texts.guest.refused.title}</h1>
    <p>{texts.guest.refused.text}</p>
  </main>
);

interface TableProps {
  readonly client: GuestClient;
  readonly types: readonly RequestType[];
  readonly restaurant: string;
  readonly label: string;
  readonly ended: boolean;
}

function Table({ client, types, restaurant, label, ended }: TableProps) {
  useTick(15_000);
  const [note, setNote] = useState("");
  const [paying, setPaying] = useState<RequestType>();
  const [notice, setNotice] = useState("");
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const typeOf = (key: string) => types.find((type) => type.key === key);

  useEffect(
    () =>
      client.on("callDropped", ({ call }) =>
        setNotice(
          texts.guest.dropped(types.find(({ key }) => key === call.type)?.label ?? call.type),
        ),
      ),
    [client, types],
  );

  const call = (type: RequestType, payment?: "cash" | "card") => {
    setPaying(undefined);
    setNotice("");
    try {
      client.call({
        type: type.key,
        ...(note.trim() === "" ? {} : { note: note.trim() }),
        ...(payment === undefined ? {} : { payment }),
      });
      setNote("");
    } catch {
      setNotice(texts.guest.tooMany);
    }
  };
  const change = (id: string, run: () => Promise<unknown>) => {
    setBusy((known) => new Set(known).add(id));
    run()
      .catch(() => setNotice(texts.guest.cancelFailed))
      .finally(() => setBusy((known) => new Set([...known].filter((other) => other !== id))));
  };

  const now = client.serverNow();
  const shown = client.requests
    .filter(
      (request) =>
        isOpen(request) || now - Date.parse(request.closedAt ?? request.updatedAt) < keepClosedMs,
    )
    .toReversed();
  const called = new Set([
    ...client.requests.filter(isOpen).map(({ type }) => type),
    ...client.pending.map(({ call: { type } }) => type),
  ]);

  return (
    <div class="guest">
      <header class="guest-head">
        <p>{restaurant}</p>
        <h1>{texts.table(label)}</h1>
      </header>
      <Banner client={client} ended={ended} notice={notice} />
      <main>
        <section
          aria-label={texts.guest.yourCalls}
          aria-live="polite"
          aria-relevant="additions text"
        >
          {(shown.length > 0 || client.pending.length > 0) && <h2>{texts.guest.yourCalls}</h2>}
          <ul class="calls">
            {client.pending.map(({ key, call: { type, note: text, payment } }) => (
              <CallCard
                key={key}
                icon={typeOf(type)?.icon ?? "🔔"}
                label={typeOf(type)?.label ?? type}
                note={text}
                payment={payment}
                status={unsentStatus}
                state="unsent"
                busy={false}
                action={{
                  text: texts.guest.cancel,
                  name: texts.guest.cancelOf(typeOf(type)?.label ?? type),
                  run: () => client.withdraw(key),
                }}
              />
            ))}
            {shown.map((request) => (
              <CallCard
                key={request.id}
                icon={typeOf(request.type)?.icon ?? "🔔"}
                label={typeOf(request.type)?.label ?? request.type}
                note={request.note}
                payment={request.payment}
                status={statusOf(request, client.staffOnline)}
                state={request.state}
                busy={busy.has(request.id)}
                action={actionOf(
                  request,
                  typeOf(request.type)?.label ?? request.type,
                  client,
                  change,
                )}
              />
            ))}
          </ul>
        </section>
        <section aria-labelledby="ask">
          <h2 id="ask">{texts.guest.ask}</h2>
          <div class="types">
            {types.map((type) => (
              <button
                key={type.key}
                type="button"
                class="type"
                aria-disabled={called.has(type.key) || ended}
                onClick={() =>
                  called.has(type.key) || ended
                    ? undefined
                    : type.asksPayment
                      ? setPaying(type)
                      : call(type)
                }
              >
                <span class="type-icon" aria-hidden="true">
                  {type.icon}
                </span>
                <span class="type-label">{type.label}</span>
                {called.has(type.key) && (
                  <span class="type-called" aria-hidden="true">
                    ✓ {texts.guest.alreadyCalled}
                  </span>
                )}
              </button>
            ))}
          </div>
          <NoteField note={note} onNote={setNote} />
        </section>
      </main>
      {paying !== undefined && (
        <PaymentSheet
          type={paying}
          onChoose={(payment) => call(paying, payment)}
          onClose={() => setPaying(undefined)}
        />
      )}
    </div>
  );
}

/** A call that waits can be taken back, one that was closed as done can be opened again. */
function actionOf(
  request: GuestRequest,
  label: string,
  client: GuestClient,
  change: (id: string, run: () => Promise<unknown>) => void,
) {
  if (isOpen(request))
    return {
      text: texts.guest.cancel,
      name: texts.guest.cancelOf(label),
      run: () => change(request.id, () => client.cancel(request.id)),
    };
  if (request.state !== "completed") return undefined;
  return {
    text: texts.guest.reopen,
    name: texts.guest.reopenOf(label),
    run: () => change(request.id, () => client.reopen(request.id)),
  };
}

/** The one thing to know about the connection, if there is one. */
function Banner({
  client,
  ended,
  notice,
}: {
  readonly client: GuestClient;
  readonly ended: boolean;
  readonly notice: string;
}) {
  const offline =
    useLasting(client.state === "offline" || client.state === "connecting", 2_500) &&
    client.state !== "connecting";
  const slow = useLasting(
    client.state === "degraded" ||
      client.state === "polling" ||
      client.state === "stale" ||
      client.state === "connecting",
    4_000,
  );
  const text = ended
    ? texts.guest.refused.text
    : notice !== ""
      ? notice
      : offline
        ? texts.guest.offline
        : client.staffOnline === false
          ? texts.guest.nobody
          : slow
            ? texts.guest.slow
            : "";
  const tone =
    ended || notice !== "" || offline ? "alarm" : client.staffOnline === false ? "warn" : "calm";
  return (
    <div class="banner-place" role="status">
      {text !== "" && (
        <p class={`banner ${tone}`} data-testid="banner">
          {text}
        </p>
      )}
    </div>
  );
}
