import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Scenario } from "./scenario.ts";

/** What the command line asks for, or what is wrong with it. */
export type Command =
  | {
      readonly scenarios: readonly Scenario[];
      readonly out: string;
      readonly peers: ReadonlySet<string>;
      /** Another checkout to compare with, in how many pairs, within how many minutes each. */
      readonly against?: string;
      readonly pairs: number;
      readonly within: number;
      readonly option: (scenario: Scenario, name: string) => number;
    }
  | { readonly problem: string };

type Word = "out" | "peer" | "against" | "pairs" | "within";

/**
 * Reads `scenario... [--name value ...] [--out folder]`; an option must be one of a named
 * scenario's, and a number.
 */
export function readCommand(
  words: readonly string[],
  known: ReadonlyMap<string, Scenario>,
): Command {
  const names = new Set([...known.values()].flatMap(({ options }) => Object.keys(options)));
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        out: { type: "string" },
        peer: { type: "string" },
        against: { type: "string" },
        pairs: { type: "string" },
        within: { type: "string" },
        help: { type: "boolean" },
        ...Object.fromEntries([...names].map((name) => [name, { type: "string" }] as const)),
      },
    });
    const {
      out = "bench-results",
      help,
      peer,
      against,
      pairs = "10",
      within = "60",
      ...given
    } = values as { [name in Word]?: string } & { help?: boolean; [name: string]: unknown };
    const chosen = help === true ? [] : choose(positionals, known);
    const options = new Map(
      Object.entries(given).map(([name, text]) => [name, numberOf(name, String(text), chosen)]),
    );
    return {
      scenarios: chosen,
      out,
      peers: new Set(peer?.split(",")),
      ...(against !== undefined && { against: resolve(against) }),
      pairs: numeral("pairs", pairs),
      within: numeral("within", within),
      option: (scenario, name) => options.get(name) ?? scenario.options[name] ?? Number.NaN,
    };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Every scenario with its options and their defaults. */
export function usage(known: ReadonlyMap<string, Scenario>): string {
  const lines = [...known.values()].map(({ name, title, options }) => {
    const named = Object.entries(options).map(([option, value]) => `--${option} ${value}`);
    return `  ${name.padEnd(22)} ${title}\n  ${"".padEnd(22)} ${named.join(" ")}`;
  });
  const head = "usage: pnpm bench <scenario...|all> [--name value ...] [--out folder]";
  const peers =
    "  --peer centrifugo: a further peer of connect-rate and broadcast; on the PATH, or its path in CENTRIFUGO";
  const pairs =
    "  --against folder [--pairs 10] [--within 60]: pairs with another checkout, minutes";
  return `${head}\n${peers}\n${pairs}\n\n${lines.join("\n")}`;
}

function choose(names: readonly string[], known: ReadonlyMap<string, Scenario>): Scenario[] {
  if (names.includes("all")) return [...known.values()];
  return names.map((name) => {
    const scenario = known.get(name);
    if (scenario === undefined) throw new Error(`there is no scenario "${name}"`);
    return scenario;
  });
}

function numberOf(name: string, text: string, scenarios: readonly Scenario[]): number {
  if (!scenarios.some(({ options }) => name in options))
    throw new Error(`--${name} is an option of another scenario`);
  return numeral(name, text);
}

function numeral(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw new Error(`--${name} must be a number, not "${text}"`);
  return value;
}
