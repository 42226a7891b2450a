import type { Environment } from "@waiter/config";
import { AppError } from "@waiter/errors";
import { bumpEpochs } from "./bump-epochs.ts";
import { createTenantCommand } from "./create-tenant.ts";
import { deleteTenantCommand } from "./delete-tenant.ts";
import {
  followEventsCommand,
  forgetConsumerCommand,
  listConsumersCommand,
  resetConsumerCommand,
} from "./follow-events.ts";
import { exportTenantCommand } from "./export-tenant.ts";
import { inviteStaffCommand } from "./invite-staff.ts";
import { listTenantsCommand } from "./list-tenants.ts";
import { migrateCommand } from "./migrate.ts";
import { printKeys } from "./print-keys.ts";
import { retainTenantCommand } from "./retain-tenant.ts";
import { eraseStaffCommand, exportStaffCommand } from "./staff-privacy.ts";
import { suspendTenantCommand } from "./suspend-tenant.ts";
import { UsageError } from "./usage-error.ts";

/** Writes its result to standard output; throws what went wrong. */
export type Command = (args: readonly string[], env: Environment) => Promise<void>;

const commands: Readonly<Record<string, { readonly run: Command; readonly usage: string }>> = {
  migrate: { run: migrateCommand, usage: "migrate" },
  "tenant create": {
    run: createTenantCommand,
    usage:
      "tenant create <slug> [--name <name>] [--owner-name <name>] [--owner-email <email>] [--tables <count or labels>] [--reuse]",
  },
  "staff invite": { run: inviteStaffCommand, usage: "staff invite --slug <slug> [--id <person>]" },
  "staff export": { run: exportStaffCommand, usage: "staff export --slug <slug> --id <person>" },
  "staff erase": { run: eraseStaffCommand, usage: "staff erase --slug <slug> --id <person> --yes" },
  "tenant suspend": {
    run: (args, env) => suspendTenantCommand(args, env, true),
    usage: "tenant suspend <slug>",
  },
  "tenant resume": {
    run: (args, env) => suspendTenantCommand(args, env, false),
    usage: "tenant resume <slug>",
  },
  "tenant retain": {
    run: retainTenantCommand,
    usage: "tenant retain <slug> --days <1 to 3650> | --default",
  },
  "tenant export": { run: exportTenantCommand, usage: "tenant export <slug> [--to <file>]" },
  "tenant delete": {
    run: deleteTenantCommand,
    usage: "tenant delete <slug> --yes [--export <file>]",
  },
  "tenant list": { run: listTenantsCommand, usage: "tenant list" },
  keys: {
    run: printKeys,
    usage: "keys [--namespace <namespace>] [--name <secret>] [--subject <mailto: or https URL>]",
  },
  "events follow": {
    run: followEventsCommand,
    usage: "events follow --consumer <name> [--from-start] [--once] [--page <events>]",
  },
  "events consumers": { run: listConsumersCommand, usage: "events consumers" },
  "events reset": {
    run: resetConsumerCommand,
    usage: "events reset --consumer <name> [--from-start]",
  },
  "events forget": { run: forgetConsumerCommand, usage: "events forget --consumer <name>" },
  "epoch bump": { run: bumpEpochs, usage: "epoch bump [<slug>]" },
};

const asksForHelp = new Set(["help", "--help", "-h"]);

/**
 * Runs one of the image's commands, or lists them for `--help`; answers the exit code: 0, 1 when it
 * failed, 2 when it was called wrongly.
 */
export async function runCommand(
  name: string,
  args: readonly string[],
  env: Environment,
): Promise<number> {
  if (asksForHelp.has(name)) {
    console.log(list());
    return 0;
  }
  const pair = `${name} ${args[0] ?? ""}`;
  const [command, rest] = Object.hasOwn(commands, name)
    ? [commands[name], args]
    : [commands[pair], args.slice(1)];
  if (command === undefined) return misused(`unknown command: ${[name, ...args].join(" ")}`);
  try {
    await command.run(rest, env);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) return misused(`${error.message}\nusage: ${command.usage}`);
    if (error instanceof Error && error.name === "ConfigError") throw error;
    console.error(explain(error));
    return 1;
  }
}

/**
 * The message, what is wrong with fields, and the causes: a command's user may read them. The
 * messages of an AggregateError (each address of a host failed) are inside.
 */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const inside = error instanceof AggregateError ? error.errors.map(explain).join("; ") : "";
  const text = `${error.message || inside || error.name}${wrongFields(error)}`;
  const isNew = cause !== undefined && !text.includes(explain(cause));
  return isNew ? `${text}: ${explain(cause)}` : text;
}

/** `: owner.email: Invalid email address`, where the error names fields. */
function wrongFields(error: Error): string {
  const errors = error instanceof AppError ? (error.extra.errors ?? []) : [];
  if (errors.length === 0) return "";
  return `: ${errors.map(({ path, message }) => `${path}: ${message}`).join("; ")}`;
}

function misused(message: string): number {
  console.error(`${message}\n\n${list()}`);
  return 2;
}

const list = (): string =>
  ["commands:", ...Object.values(commands).map(({ usage }) => `  ${usage}`)].join("\n");
