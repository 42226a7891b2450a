import { ClientError, type StaffClient, type StaffCommand } from "@waiter/client";
import type { Request } from "@waiter/contracts";
import { useEffect, useMemo, useState } from "preact/hooks";
import { useChanges } from "../shared/use-changes.ts";
import { useTick } from "../shared/use-tick.ts";
import { texts } from "../texts.ts";
import { BoardCard } from "./board-card.tsx";
import { BoardHead } from "./board-head.tsx";
import { ConnectionBanner } from "./connection-banner.tsx";
import { DismissDialog } from "./dismiss-dialog.tsx";
import { sortCalls } from "./sort-calls.ts";
import { useAlarm } from "./use-alarm.ts";
import { useAnnouncer } from "./use-announcer.ts";
import { useSeen } from "./use-seen.ts";
import { useWakeLock } from "./use-wake-lock.ts";
import "./board.css";

const noticeMs = 6_000;

export function BoardPage({ client }: { readonly client: StaffClient }) {
  useChanges(client);
  useTick(1_000);
  const { requests, requestTypes, state } = client;
  const { waiting, inHand } = useMemo(() => sortCalls(requests), [requests]);
  const [dismissing, setDismissing] = useState<Request>();
  const [notice, setNotice] = useState("");
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const [everLive, setEverLive] = useState(false);
  const sound = useAlarm(waiting);
  const ready = client.position !== undefined;
  const announcement = useAnnouncer(waiting, requestTypes, ready);
  useWakeLock(sound.unlocked);
  useSeen(client);

  useEffect(() => {
    document.title = texts.board.titled(requests.length);
  }, [requests.length]);
  useEffect(() => {
    if (state === "live") setEverLive(true);
  }, [state]);
  useEffect(() => {
    if (notice === "") return undefined;
    const timer = setTimeout(() => setNotice(""), noticeMs);
    return () => clearTimeout(timer);
  }, [notice]);

  const run = (id: string, command: () => Promise<unknown>) => {
    setBusy((known) => new Set(known).add(id));
    setNotice("");
    command()
      .catch((error: unknown) => setNotice(noticeOf(error)))
      .finally(() => setBusy((known) => new Set([...known].filter((other) => other !== id))));
  };
  const command = (name: StaffCommand, request: Request) => {
    if (name === "dismiss") setDismissing(request);
    else run(request.id, () => client[name](request.id));
  };
  const list = (calls: readonly Request[], heading: string) =>
    calls.length > 0 && (
      <section aria-label={heading}>
        <h2>
          {heading} <span class="count">{calls.length}</span>
        </h2>
        <ul class="cards">
          {calls.map((request) => (
            <BoardCard
              key={request.id}
              request={request}
              type={requestTypes.find(({ key }) => key === request.type)}
              me={client.session?.staff}
              now={client.serverNow()}
              busy={busy.has(request.id)}
              onCommand={command}
            />
          ))}
        </ul>
      </section>
    );

  const doubtful = state === "stale" || state === "offline";
  return (
    <div class={`board ${doubtful ? "doubtful" : ""}`}>
      <BoardHead client={client} sound={sound} />
      <ConnectionBanner state={state} everLive={everLive} />
      <div role="status">
        {client.pendingCommands > busy.size && (
          <p class="banner warn">{texts.board.pending(client.pendingCommands)}</p>
        )}
        {notice !== "" && (
          <p class="banner warn" data-testid="notice">
            {notice}
          </p>
        )}
      </div>
      <p class="spoken" aria-live="assertive">
        {announcement}
      </p>
      <main aria-busy={!ready}>
        {ready && requests.length === 0 && (
          <div class="quiet-board">
            <span aria-hidden="true">🌿</span>
            <h2>{texts.board.nothing}</h2>
            <p>{texts.board.nothingHint}</p>
          </div>
        )}
        {!ready && <p class="quiet-board">{texts.loading}</p>}
        {list(waiting, texts.board.waiting)}
        {list(inHand, texts.board.inHand)}
      </main>
      {dismissing !== undefined && (
        <DismissDialog
          request={dismissing}
          onClose={() => setDismissing(undefined)}
          onDismiss={(reason) => {
            setDismissing(undefined);
            run(dismissing.id, () => client.dismiss(dismissing.id, reason));
          }}
        />
      )}
    </div>
  );
}

function noticeOf(error: unknown): string {
  if (!(error instanceof ClientError)) return texts.board.failed;
  if (error.code === "expired") return texts.board.droppedCommand;
  if (error.code !== "conflict") return texts.board.failed;
  const by = (error.request as Request | undefined)?.claimedBy?.name;
  return by === undefined ? texts.board.changed : texts.board.faster(by);
}
