import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { EventSequencer, type Position, type Step } from "./event-sequencer.ts";

interface Event {
  readonly epoch: string;
  readonly seq: number;
}
const event = (epoch: string, seq: number): Event => ({ epoch, seq });
const at = (seq: number, epoch = "a"): Position => ({ epoch, seq });
const following = (seq: number, options?: { maxKept?: number }) => {
  const sequencer = new EventSequencer<Event>(options);
  sequencer.start(at(seq));
  return sequencer;
};
const seqs = (step: Step<Event>) => step.apply.map(({ seq }) => seq);

describe("one step", () => {
  test("the next event is applied, a duplicate is not", () => {
    const sequencer = following(3);
    expect(sequencer.receive(event("a", 4))).toEqual({ apply: [event("a", 4)], need: "nothing" });
    expect(sequencer.receive(event("a", 4))).toEqual({ apply: [], need: "nothing" });
    expect(sequencer.receive(event("a", 1))).toEqual({ apply: [], need: "nothing" });
  });

  test("events beyond a gap wait for the missing ones", () => {
    const sequencer = following(0);
    expect(sequencer.receive(event("a", 2), event("a", 3))).toEqual({ apply: [], need: "sync" });
    expect(seqs(sequencer.receive(event("a", 1)))).toEqual([1, 2, 3]);
  });

  test("before the first snapshot events are held and nothing is requested", () => {
    const sequencer = new EventSequencer<Event>();
    expect(sequencer.receive(event("a", 2), event("a", 5), event("b", 1))).toEqual({
      apply: [],
      need: "nothing",
    });
    expect(sequencer.compareHead(at(9))).toBe("nothing");
    expect(sequencer.start(at(1))).toEqual({ apply: [event("a", 2)], need: "sync" });
  });

  test("an unknown epoch asks for a reset, a replaced epoch is ignored", () => {
    const sequencer = following(5);
    expect(sequencer.receive(event("b", 1)).need).toBe("reset");
    sequencer.hold();
    sequencer.start(at(0, "b"));
    expect(sequencer.receive(event("a", 6))).toEqual({ apply: [], need: "nothing" });
    expect(sequencer.compareHead(at(6, "a"))).toBe("reset");
  });

  test("a head asks for a sync when it is ahead or a gap exists", () => {
    const sequencer = following(5);
    expect(sequencer.compareHead(at(5))).toBe("nothing");
    expect(sequencer.compareHead(at(4))).toBe("nothing");
    expect(sequencer.compareHead(at(6))).toBe("sync");
    sequencer.receive(event("a", 7));
    expect(sequencer.compareHead(at(5))).toBe("sync");
  });

  test("an older snapshot of the same epoch is adopted (restored database)", () => {
    const sequencer = following(5);
    sequencer.hold();
    sequencer.start(at(2));
    expect(seqs(sequencer.receive(event("a", 3)))).toEqual([3]);
  });

  test("events beyond the buffer are requested again", () => {
    const sequencer = following(0, { maxKept: 2 });
    expect(sequencer.receive(event("a", 3), event("a", 4), event("a", 5)).need).toBe("sync");
    expect(seqs(sequencer.receive(event("a", 1), event("a", 2)))).toEqual([1, 2, 3, 4]);
    expect(sequencer.receiveAnswer({ epoch: "a", events: [event("a", 5)], head: 5 })).toEqual({
      apply: [event("a", 5)],
      need: "nothing",
    });
  });
});

/** What a network may do to a log that grows meanwhile. */
type Action =
  | { readonly kind: "deliver"; readonly which: number }
  | { readonly kind: "grow" }
  | { readonly kind: "answer" }
  | { readonly kind: "restore"; readonly keep: number }
  | { readonly kind: "hold" }
  | { readonly kind: "snapshot" };

const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ kind: fc.constant("deliver" as const), which: fc.nat(40) }),
    },
    { weight: 5, arbitrary: fc.constant({ kind: "grow" as const }) },
    { weight: 2, arbitrary: fc.constant({ kind: "answer" as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: "hold" as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: "snapshot" as const }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("restore" as const), keep: fc.nat(5) }) },
  ),
  { maxLength: 150 },
);

describe("guarantee G2", () => {
  test("each event is applied once, in order, under loss, repetition, disorder and resets", () => {
    fc.assert(
      fc.property(actions, fc.integer({ min: 1, max: 5 }), (todo, maxKept) => {
        let epoch = 0;
        let head = 0;
        const everSent: Event[] = [];
        const sequencer = new EventSequencer<Event>({ maxKept });
        /** What the client's state is made of: a snapshot up to `base`, then the events applied. */
        let state = { epoch: "", base: 0, applied: [] as number[] };
        const apply = ({ apply: events }: Step<Event>) => {
          for (const { epoch: of, seq } of events) {
            expect(of).toBe(state.epoch);
            state.applied.push(seq);
          }
        };
        const name = () => `epoch ${epoch}`;
        const snapshot = () => {
          sequencer.hold();
          state = { epoch: name(), base: head, applied: [] };
          apply(sequencer.start({ epoch: name(), seq: head }));
        };
        const answer = () => {
          const since = sequencer.position;
          if (since === undefined || sequencer.holding || since.epoch !== name()) return snapshot();
          const events = Array.from({ length: head - since.seq }, (_, index) =>
            event(name(), since.seq + 1 + index),
          );
          apply(sequencer.receiveAnswer({ epoch: name(), events, head }));
        };

        for (const action of todo) {
          if (action.kind === "grow") everSent.push(event(name(), ++head));
          else if (action.kind === "deliver") {
            const sent = everSent.at(-1 - (action.which % Math.max(1, everSent.length)));
            if (sent !== undefined) apply(sequencer.receive(sent));
          } else if (action.kind === "answer") answer();
          else if (action.kind === "hold") sequencer.hold();
          else if (action.kind === "snapshot") snapshot();
          else {
            epoch++;
            head = Math.min(head, action.keep);
          }
        }
        // The protocol repairs losses: a head arrives and its sync is answered.
        if (sequencer.position === undefined || sequencer.holding) snapshot();
        for (
          let round = 0;
          sequencer.compareHead({ epoch: name(), seq: head }) !== "nothing";
          round++
        ) {
          expect(round).toBeLessThan(4);
          answer();
        }

        expect(state.epoch).toBe(name());
        expect(sequencer.position).toEqual({ epoch: name(), seq: head });
        expect(state.applied).toEqual(
          Array.from({ length: head - state.base }, (_, index) => state.base + 1 + index),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  test("memory stays bounded under any input", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 2, max: 10_000 })), (numbers) => {
        const sequencer = following(0, { maxKept: 3 });
        sequencer.receive(...numbers.map((seq) => event("a", seq)));
        expect(sequencer.receive(event("a", 1)).apply.length).toBeLessThanOrEqual(4);
      }),
    );
  });
});
