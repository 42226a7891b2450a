import { describe, expect, test } from "@jest/globals";
import { requestStates, roles } from "@waiter/contracts";
import fc from "fast-check";
import type { Actor } from "../actor.ts";
import { isOpen, transition, type Command, type RequestFacts } from "./transition.ts";

const staffIds = ["anna", "ben", "olga"] as const;
const tableIds = ["t1", "t2"] as const;

const facts: fc.Arbitrary<RequestFacts> = fc
  .record({
    tableId: fc.constantFrom(...tableIds),
    state: fc.constantFrom(...requestStates),
    level: fc.nat(3),
    version: fc.integer({ min: 1, max: 5 }),
    claimedBy: fc.constantFrom(null, ...staffIds),
  })
  // As the machine leaves them: claimed and completed requests have a holder, new ones none.
  .map((it) => ({
    ...it,
    claimedBy:
      it.state === "new"
        ? null
        : it.state === "claimed" || it.state === "completed"
          ? (it.claimedBy ?? "anna")
          : it.claimedBy,
  }));

const version = fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined });
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ name: fc.constantFrom("claim", "release", "complete", "cancel", "reopen"), version }),
  fc.record({ name: fc.constant("dismiss"), reason: fc.constant("no"), version }),
  fc.record({ name: fc.constant("escalate"), level: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ name: fc.constant("expire") }),
);
const staff = fc.record({
  kind: fc.constant("staff"),
  id: fc.constantFrom(...staffIds),
  role: fc.constantFrom(...roles),
});
const actor: fc.Arbitrary<Actor> = fc.oneof(
  staff,
  fc.record({
    kind: fc.constant("guest"),
    sessionId: fc.constant("s"),
    tableId: fc.constantFrom(...tableIds),
  }),
  fc.record({ kind: fc.constant("system") }),
);

describe("the state machine of a request", () => {
  const everywhere = (check: (f: RequestFacts, c: Command, a: Actor) => void) =>
    fc.assert(fc.property(facts, command, actor, check), { numRuns: 3_000 });

  test("a closed request changes only by being reopened, and only a completed one is", () => {
    everywhere((f, c, a) => {
      const result = transition(f, c, a);
      if (isOpen(f.state) || result.kind !== "changed") return;
      expect([f.state, c.name, result.state]).toEqual(["completed", "reopen", "new"]);
    });
  });

  test("a claimed request has a holder, a new one has none", () => {
    everywhere((f, c, a) => {
      const result = transition(f, c, a);
      if (result.kind !== "changed") return;
      const held = result.claimedBy !== null;
      expect(result.state === "claimed" ? held : result.state === "new" ? !held : true).toBe(true);
    });
  });

  test("only owner and manager change a colleague's request", () => {
    everywhere((f, c, a) => {
      if (a.kind !== "staff" || f.state !== "claimed" || f.claimedBy === a.id) return;
      if (a.role !== "waiter" && c.name !== "claim") return;
      expect(transition(f, c, a).kind).not.toBe("changed");
    });
  });

  test("guests only cancel and reopen, the system only escalates and expires, staff never do either", () => {
    const allowed: Record<Actor["kind"], string[]> = {
      guest: ["cancel", "reopen"],
      system: ["escalate", "expire"],
      staff: ["claim", "release", "complete", "dismiss"],
    };
    everywhere((f, c, a) =>
      expect(transition(f, c, a).kind === "forbidden").toBe(!allowed[a.kind].includes(c.name)),
    );
  });

  test("a guest learns nothing about another table's request", () => {
    everywhere((f, c, a) => {
      if (a.kind !== "guest" || a.tableId === f.tableId) return;
      expect(["hidden", "forbidden"]).toContain(transition(f, c, a).kind);
    });
  });

  test("a stale version never changes anything", () => {
    everywhere((f, c, a) => {
      if (!("version" in c) || c.version === undefined || c.version === f.version) return;
      expect(transition(f, c, a).kind).not.toBe("changed");
    });
  });

  test("what was done is not done again: repeating a command that won changes nothing", () => {
    everywhere((f, c, a) => {
      const first = transition(f, c, a);
      if (first.kind !== "changed") return;
      const { state, level, claimedBy } = first;
      expect(
        transition({ ...f, state, level, claimedBy, version: f.version + 1 }, c, a).kind,
      ).not.toBe("changed");
    });
  });

  test("the level rises by one while a request is new and falls only by reopening", () => {
    everywhere((f, c, a) => {
      const result = transition(f, c, a);
      if (result.kind !== "changed" || result.level === f.level) return;
      const expected =
        result.event === "request.reopened"
          ? ["request.reopened", "completed", 0]
          : ["request.escalated", "new", f.level + 1];
      expect([result.event, f.state, result.level]).toEqual(expected);
    });
  });
});
