import { randomUUID } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { LoggedEvent, ReplayLimits, ReplayLog } from "./replay-log.ts";

/** The behaviour of every replay log; each implementation runs this suite. */
export function describeReplayLog(
  name: string,
  create: (limits?: Partial<ReplayLimits>) => ReplayLog,
): void {
  const makeEvents =
    (tenantId: string, epoch: string) =>
    (seq: number, text = "") =>
      ({
        tenantId,
        epoch,
        seq,
        envelope: JSON.stringify({ epoch, seq, text }),
      }) satisfies LoggedEvent;
  const setup = (limits?: Partial<ReplayLimits>) => {
    const tenantId = randomUUID();
    const epoch = randomUUID();
    return { log: create(limits), tenantId, epoch, event: makeEvents(tenantId, epoch) };
  };
  const appendAll = async (log: ReplayLog, events: readonly LoggedEvent[]) => {
    for (const event of events) await log.append(event);
  };

  describe(`${name}`, () => {
    test("answers exactly since+1..head in order, byte for byte", async () => {
      const { log, tenantId, epoch, event } = setup();
      await appendAll(log, [event(1, "ä"), event(2), event(3)]);
      expect(await log.read(tenantId, epoch, 1)).toEqual({
        status: "ok",
        head: 3,
        events: [event(2).envelope, event(3).envelope],
      });
      expect(await log.read(tenantId, epoch, 0)).toMatchObject({
        events: [event(1, "ä").envelope, event(2).envelope, event(3).envelope],
      });
      expect(await log.read(tenantId, epoch, 3)).toEqual({ status: "ok", head: 3, events: [] });
    });

    test("an unknown tenant, another epoch and a position beyond the head are incomplete", async () => {
      const { log, tenantId, epoch, event } = setup();
      expect(await log.read(tenantId, epoch, 0)).toEqual({ status: "incomplete" });
      await log.append(event(1));
      expect(await log.read(tenantId, randomUUID(), 0)).toEqual({ status: "incomplete" });
      expect(await log.read(tenantId, epoch, 2)).toEqual({ status: "incomplete" });
      expect(await log.read(randomUUID(), epoch, 0)).toEqual({ status: "incomplete" });
    });

    test("a hole is incomplete until it is filled", async () => {
      const { log, tenantId, epoch, event } = setup();
      await appendAll(log, [event(1), event(3)]);
      expect(await log.read(tenantId, epoch, 0)).toEqual({ status: "incomplete" });
      expect(await log.read(tenantId, epoch, 2)).toMatchObject({ status: "ok", head: 3 });
      await log.append(event(2));
      expect(await log.read(tenantId, epoch, 0)).toMatchObject({ status: "ok", head: 3 });
    });

    test("the head is only raised", async () => {
      const { log, tenantId, epoch, event } = setup();
      await appendAll(log, [event(9), event(4)]);
      expect(await log.head(tenantId)).toEqual({ epoch, seq: 9 });
      expect(await log.heads([tenantId, randomUUID()])).toEqual(
        new Map([[tenantId, { epoch, seq: 9 }]]),
      );
    });

    test("a late event of another epoch leaves the head of each at its newest event", async () => {
      const { log, tenantId, epoch, event } = setup();
      const next = randomUUID();
      await appendAll(log, [event(1), event(2), makeEvents(tenantId, next)(3), event(1)]);
      expect(await log.head(tenantId)).toEqual({ epoch, seq: 2 });
      expect(await log.append(event(2, "another"))).toBe("diverged");
    });

    test("a repeated event changes nothing; a different event with its number is reported and replaces it", async () => {
      const { log, tenantId, epoch, event } = setup();
      expect(await log.append(event(1))).toBe("appended");
      expect(await log.append(event(1))).toBe("appended");
      expect(await log.append(event(1, "another"))).toBe("diverged");
      expect(await log.read(tenantId, epoch, 0)).toEqual({
        status: "ok",
        head: 1,
        events: [event(1, "another").envelope],
      });
    });

    test("more than 200 behind is incomplete", async () => {
      const { log, tenantId, epoch, event } = setup();
      for (let seq = 1; seq <= 201; seq++) await log.append(event(seq));
      expect(await log.read(tenantId, epoch, 0)).toEqual({ status: "incomplete" });
      expect(await log.read(tenantId, epoch, 1)).toMatchObject({ status: "ok", head: 201 });
      expect(await log.read(tenantId, epoch, 190, 10)).toEqual({ status: "incomplete" });
    });

    test("keeps the newest events within the limits of count and bytes", async () => {
      const { log, tenantId, epoch, event } = setup({ events: 3 });
      for (const seq of [5, 1, 4, 2, 3]) await log.append(event(seq));
      expect(await log.read(tenantId, epoch, 2)).toMatchObject({ status: "ok" });
      expect(await log.read(tenantId, epoch, 1)).toEqual({ status: "incomplete" });

      const small = setup({ bytes: 2_500 });
      for (let seq = 1; seq <= 5; seq++) await small.log.append(small.event(seq, "ä".repeat(450)));
      expect(await small.log.read(small.tenantId, small.epoch, 3)).toMatchObject({ status: "ok" });
      expect(await small.log.read(small.tenantId, small.epoch, 2)).toEqual({
        status: "incomplete",
      });
      await small.log.append(small.event(6, "x".repeat(4_000)));
      expect(await small.log.read(small.tenantId, small.epoch, 5)).toEqual({
        status: "incomplete",
      });
    });

    test("a new epoch starts empty, and its head may be lower", async () => {
      const { log, tenantId, epoch, event } = setup();
      await appendAll(log, [event(1), event(2)]);
      const next = randomUUID();
      await log.replace(tenantId, { epoch: next, seq: 1 }, epoch);
      expect(await log.head(tenantId)).toEqual({ epoch: next, seq: 1 });
      expect(await log.read(tenantId, epoch, 1)).toEqual({ status: "incomplete" });
      expect(await log.read(tenantId, next, 1)).toEqual({ status: "ok", head: 1, events: [] });
      await log.append(makeEvents(tenantId, next)(2, "again"));
      expect(await log.read(tenantId, next, 1)).toMatchObject({ status: "ok", head: 2 });
      expect(await log.read(tenantId, next, 0)).toEqual({ status: "incomplete" });
    });

    test("any order, repetition or gap: ok means exactly since+1..head", async () => {
      const limits = { events: 12, bytes: 700 };
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 40 }),
          fc.integer({ min: 0, max: 21 }),
          async (seqs, since) => {
            const { log, tenantId, epoch, event } = setup(limits);
            await appendAll(
              log,
              seqs.map((seq) => event(seq)),
            );
            const head = Math.max(...seqs);
            const answer = await log.read(tenantId, epoch, since);
            const wanted = Array.from(
              { length: Math.max(0, head - since) },
              (_, index) => event(since + 1 + index).envelope,
            );
            // The limits always hold the three newest events: if all are present, the log must
            // answer ok.
            const mayBeIncomplete =
              since > head ||
              head - since > 3 ||
              wanted.some((_, index) => !seqs.includes(since + 1 + index));
            const whole = { status: "ok", head, events: wanted };
            expect(answer).toEqual(
              mayBeIncomplete && answer.status === "incomplete" ? { status: "incomplete" } : whole,
            );
          },
        ),
        { numRuns: 60 },
      );
    });
  });
}
