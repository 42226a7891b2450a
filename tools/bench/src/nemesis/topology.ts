import type { Random } from "./random.ts";

/** Something that goes wrong. Resolves when it is over, with a line that says what happened. */
export type Fault = () => Promise<string>;

/** How Redis is run, and what can go wrong with it beyond what can go wrong with any. */
export interface Topology extends AsyncDisposable {
  readonly env: Record<string, string>;
  faults(random: Random): Record<string, Fault>;
}
