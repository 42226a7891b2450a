import { delimiter } from "node:path";

type Kind = "api" | "gateway" | "worker";
const variables = {
  api: "WAITER_API_ROOT",
  gateway: "WAITER_GATEWAY_ROOT",
  worker: "WAITER_WORKER_ROOT",
} as const;
const kinds = Object.keys(variables) as Kind[];

/** The first instance of this tree, the second of the other. */
export const eachOne = (oldRoot: string): string => ["", oldRoot].join(delimiter);

/**
 * Which parts are of the release before while the rest is of this one. The schema always is this
 * one's: it goes first.
 */
export interface Pairing {
  readonly name: string;
  /** The launcher's variables that name the other tree. */
  readonly env: Record<string, string>;
  /** Whether the staff screens run the release before. */
  readonly oldClient: boolean;
}

/**
 * All that a rolling upgrade, and a rollback of it, can bring together: each service before the
 * others (one old, the rest new: the last to be upgraded), after them (one new, the rest old: the
 * first), everything back on the new schema, and an open page of the release before.
 */
export function pairings(oldRoot: string): Pairing[] {
  const old = (...which: Kind[]) =>
    Object.fromEntries(which.map((kind) => [variables[kind], oldRoot]));
  return [
    ...kinds.map((kind) => ({
      name: `old ${kind}, the rest new`,
      env: old(kind),
      oldClient: false,
    })),
    ...kinds.map((kind) => ({
      name: `new ${kind}, the rest old`,
      env: old(...kinds.filter((other) => other !== kind)),
      oldClient: false,
    })),
    { name: "rolled back: old services on the new schema", env: old(...kinds), oldClient: false },
    { name: "old page, new services", env: {}, oldClient: true },
    {
      name: "one api and one gateway of each release",
      env: { [variables.api]: eachOne(oldRoot), [variables.gateway]: eachOne(oldRoot) },
      oldClient: false,
    },
  ];
}
