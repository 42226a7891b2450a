/** Carries out one attack in a process of its own: its CPU and its event loop are its own. */
import { requestAttacks } from "./request-attacks.ts";
import { socketAttacks } from "./socket-attacks.ts";
import { Target, type Outcomes, type Place } from "./target.ts";

export interface AttackOrder {
  readonly name: string;
  readonly seconds: number;
  readonly place: Place;
}
export interface AttackEnd {
  readonly outcomes: Outcomes;
}

process.once("message", (order) => {
  const { name, seconds, place } = order as AttackOrder;
  const attack = socketAttacks[name] ?? requestAttacks[name];
  if (attack === undefined) throw new Error(`there is no attack "${name}"`);
  const target = new Target(place, AbortSignal.timeout(seconds * 1_000));
  const end = (): void => {
    process.send?.({ outcomes: target.outcomes } satisfies AttackEnd, () => process.exit());
  };
  // An attack whose last answer does not come ends all the same.
  const late = setTimeout(end, seconds * 1_000 + 3_000);
  void attack(target).finally(() => {
    clearTimeout(late);
    end();
  });
});
process.once("disconnect", () => process.exit());
