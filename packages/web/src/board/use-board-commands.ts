import type { StaffClient, StaffCommand } from "@waiter/client";
import type { Request } from "@waiter/contracts";
import { useCallback, useEffect, useState } from "preact/hooks";
import type { ShowToast } from "../components/use-toasts.ts";
import type { Messages } from "../i18n/staff/messages.ts";
import { useIsolate } from "../i18n/use-texts.ts";
import { canUndo, noteUndoFailure } from "../shared/undo-support.ts";
import { describeFailure, describeUndoFailure } from "./describe-failure.ts";

/** For so long the server takes a change back. */
const undoMs = 30_000;
const maxKept = 3;
const failureMs = 8_000;

/** A change of this screen that can still be taken back. */
export interface Done {
  readonly id: string;
  /** Table and type, as in "Table 2, Water". */
  readonly what: string;
  readonly text: string;
  readonly at: number;
  readonly as: string | undefined;
}

export interface CommandDetails {
  readonly reason?: string | undefined;
  /** For whom a shared screen acts. */
  readonly as?: string | undefined;
}

export interface BoardCommands {
  readonly run: (command: StaffCommand, request: Request, details?: CommandDetails) => void;
  readonly undo: (done: Done) => void;
  /** The last three, the newest first. */
  readonly done: readonly Done[];
  /** Ids of requests with a command under way. */
  readonly busy: ReadonlySet<string>;
}

/** The staff's commands; each success offers its undo, each failure says at which table. */
export function useBoardCommands(
  client: StaffClient,
  texts: Messages,
  whatOf: (request: Request) => string,
  show: ShowToast,
): BoardCommands {
  const { board, common } = texts;
  const isolate = useIsolate();
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const [done, setDone] = useState<readonly Done[]>([]);

  useEffect(() => {
    const [oldest] = [...done].reverse();
    if (oldest === undefined) return undefined;
    const timer = setTimeout(
      () => setDone((known) => known.filter(({ at }) => Date.now() - at < undoMs)),
      Math.max(100, oldest.at + undoMs - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [done]);

  const undo = useCallback(
    (entry: Done) => {
      setDone((known) => known.filter((other) => other !== entry));
      client.undo(entry.id, actingAs(entry.as)).then(
        () => show(board.undone(entry.what)),
        (error: unknown) => {
          noteUndoFailure(error);
          show(describeUndoFailure(error, entry.what, texts), { tone: "warn", ms: failureMs });
        },
      );
    },
    [client, board, texts, show],
  );

  const run = useCallback(
    (command: StaffCommand, request: Request, { reason = "", as }: CommandDetails = {}) => {
      const { id } = request;
      const options = actingAs(as);
      const what = whatOf(request);
      setBusy((known) => new Set(known).add(id));
      (command === "dismiss" ? client.dismiss(id, reason, options) : client[command](id, options))
        .then(() => {
          const entry = { id, what, text: board.did[command](what), at: Date.now(), as };
          setDone((known) => [entry, ...known].slice(0, maxKept));
          const action = {
            label: common.undo,
            name: board.undoOf(entry.text),
            run: () => undo(entry),
          };
          show(entry.text, { actions: canUndo() ? [action] : [] });
        })
        .catch((error: unknown) =>
          show(describeFailure(error, what, texts, isolate), { tone: "warn", ms: failureMs }),
        )
        .finally(() => setBusy((known) => new Set([...known].filter((other) => other !== id))));
    },
    [client, board, common, texts, isolate, show, undo, whatOf],
  );
  return { run, undo, done: canUndo() ? done : [], busy };
}

const actingAs = (as: string | undefined) => (as === undefined ? {} : { as });
