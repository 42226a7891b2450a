import type { Database } from "@waiter/database";
import type { GuestActor, StaffActor, ViewOf } from "./actor.ts";
import { runCommand, type CommandResult, type RequestCommandInput } from "./run-command.ts";

/** `version`, when given, must be the request's: else 409. */
export interface VersionedInput<A extends StaffActor | GuestActor> extends RequestCommandInput<A> {
  readonly version?: number | undefined;
}
type StaffInput = VersionedInput<StaffActor>;
type GuestInput = VersionedInput<GuestActor>;
type StaffResult = Promise<CommandResult<ViewOf<StaffActor>>>;
type GuestResult = Promise<CommandResult<ViewOf<GuestActor>>>;

/** A staff member takes a new request. What is already theirs is a 200 without an event; somebody else's a 409. */
export const claimRequest = (database: Database, input: StaffInput): StaffResult =>
  runCommand(database, input, { name: "claim", version: input.version });

/** Gives a claimed request back, keeping its age and level: by who holds it, or by owner and manager. */
export const releaseRequest = (database: Database, input: StaffInput): StaffResult =>
  runCommand(database, input, { name: "release", version: input.version });

/** Done. Of what nobody claimed, whoever completes it counts as its claimer. */
export const completeRequest = (database: Database, input: StaffInput): StaffResult =>
  runCommand(database, input, { name: "complete", version: input.version });

/** Closed without service; staff read the reason, guests do not. */
export const dismissRequest = (
  database: Database,
  input: StaffInput & { readonly reason: string },
): StaffResult =>
  runCommand(database, input, { name: "dismiss", reason: input.reason, version: input.version });

/** A guest of the table no longer needs it. */
export const cancelRequest = (database: Database, input: GuestInput): GuestResult =>
  runCommand(database, input, { name: "cancel", version: input.version });

/** A guest of the table says that it was not done after all. 409 with the open request when the table has called again since. */
export const reopenRequest = (database: Database, input: GuestInput): GuestResult =>
  runCommand(database, input, { name: "reopen", version: input.version });
