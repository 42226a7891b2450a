import type { CommandBody, requestCommands, Verb } from "@waiter/contracts";
import type { Database } from "@waiter/database";
import type { GuestActor, StaffActor, ViewOf } from "../actor.ts";
import { runCommand, type CommandResult, type RequestCommandInput } from "./run-command.ts";
import type { Command } from "../state/transition.ts";

/** The kind of actor that may send a verb. */
type ActorOf<V extends Verb> = (typeof requestCommands)[V]["access"] extends "guest"
  ? GuestActor
  : StaffActor;
/**
 * One request, its actor and the fields of the verb's body. `version`, when given, must be the
 * request's, else 409.
 */
export type CommandInput<V extends Verb> = RequestCommandInput<ActorOf<V>> & CommandBody<V>;

/**
 * Runs a command that a guest or a staff member sent. Guarantees and errors: see {@link
 * runCommand}.
 */
export const sendCommand = <V extends Verb>(
  database: Database,
  verb: V,
  input: CommandInput<V>,
): Promise<CommandResult<ViewOf<ActorOf<V>>>> =>
  runCommand(database, input, toCommand(verb, input));

/** The order of the fields is part of the hash that is stored with an Idempotency-Key. */
const toCommand = (
  name: Verb,
  { version, reason }: { readonly version?: number | undefined; readonly reason?: string },
): Command => ({ name, ...(reason !== undefined && { reason }), version }) as Command;
