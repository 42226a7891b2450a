import type { StaffClient, StaffCommand } from "@waiter/client";
import type { Request } from "@waiter/contracts";
import { useState } from "preact/hooks";
import type { BoardCommands } from "./use-board-commands.ts";

interface Asked {
  readonly command: StaffCommand;
  readonly request: Request;
  readonly reason: string | undefined;
}

export interface ActingPerson {
  /** Runs the command, on a shared screen for the person who has it or who is asked for. */
  readonly run: (command: StaffCommand, request: Request, reason?: string) => void;
  /** What waits for the answer to "Who takes it?". */
  readonly asked: Asked | undefined;
  readonly choose: (staffId: string) => void;
  readonly cancel: () => void;
}

/** A screen acts for a person: its commands carry `as`. All others act in their own name. */
export function useActingPerson(client: StaffClient, commands: BoardCommands): ActingPerson {
  const [asked, setAsked] = useState<Asked>();
  const isScreen = client.session?.staff.role === "screen";
  return {
    run: (command, request, reason) => {
      const known = client.staff.find(({ id }) => id === request.claimedBy?.id);
      if (!isScreen) commands.run(command, request, { reason });
      else if (known !== undefined && known.role !== "screen")
        commands.run(command, request, { reason, as: known.id });
      else setAsked({ command, request, reason });
    },
    asked,
    choose: (as) => {
      setAsked(undefined);
      if (asked !== undefined)
        commands.run(asked.command, asked.request, { reason: asked.reason, as });
    },
    cancel: () => setAsked(undefined),
  };
}
