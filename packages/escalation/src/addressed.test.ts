import { describe, expect, test } from "@jest/globals";
import { audiences } from "@waiter/contracts";
import fc from "fast-check";
import { addressed, type Floor } from "./index.ts";

const people = ["a", "b", "c", "d", "e"];
const tables = ["t1", "t2", "t3", "t4"];
const zones = ["z1", "z2"];
const arbitraryFloor: fc.Arbitrary<Floor> = fc
  .record({
    roles: fc.array(fc.constantFrom("owner", "manager", "waiter", "screen"), {
      minLength: people.length,
      maxLength: people.length,
    }),
    active: fc.subarray(people),
    duty: fc.array(
      fc.record({
        staffId: fc.constantFrom(...people),
        tables: fc.oneof(fc.constant("all" as const), fc.subarray(tables)),
        zones: fc.subarray(zones),
      }),
      { maxLength: 5 },
    ),
    dutyUsed: fc.boolean(),
    zoneOf: fc.array(fc.option(fc.constantFrom(...zones)), { minLength: 4, maxLength: 4 }),
  })
  .map(({ roles, active, duty, dutyUsed, zoneOf }) => ({
    staff: people.flatMap((id, index) =>
      active.includes(id) ? [{ id, role: roles[index] ?? "waiter" }] : [],
    ),
    duty: duty.filter((one, index) => duty.findIndex((it) => it.staffId === one.staffId) === index),
    dutyUsed: dutyUsed || duty.length > 0,
    tables: tables.map((id, index) => ({ id, zoneId: zoneOf[index] ?? null })),
  }));
const place = (floor: Floor, index: number) => floor.tables[index] ?? { id: "t1" };

describe("who is addressed", () => {
  test("never a screen, an inactive person, or the same person twice", () => {
    fc.assert(
      fc.property(
        arbitraryFloor,
        fc.constantFrom(...audiences),
        fc.nat(3),
        (floor, audience, index) => {
          const ids = addressed(audience, place(floor, index), floor);
          const allowed = floor.staff.filter(({ role }) => role !== "screen").map(({ id }) => id);
          expect(allowed).toEqual(expect.arrayContaining(ids));
          expect(new Set(ids).size).toBe(ids.length);
        },
      ),
    );
  });

  test("a person off duty only as a manager, while others are on", () => {
    fc.assert(
      fc.property(
        arbitraryFloor,
        fc.constantFrom(...audiences),
        fc.nat(3),
        (floor, audience, index) => {
          const active = new Set(
            floor.staff.filter(({ role }) => role !== "screen").map(({ id }) => id),
          );
          const on = new Set(
            floor.duty.map(({ staffId }) => staffId).filter((id) => active.has(id)),
          );
          const off = addressed(audience, place(floor, index), floor).filter((id) => !on.has(id));
          expect(on.size > 0 && audience !== "managers" ? off : []).toEqual([]);
          const roles = floor.staff.filter(({ id }) => off.includes(id)).map(({ role }) => role);
          const waiters = roles.filter((role) => role === "waiter");
          expect(on.size > 0 || floor.dutyUsed ? waiters : []).toEqual([]);
        },
      ),
    );
  });

  test("assigned is never empty where everyone is not, and lies within everyone", () => {
    fc.assert(
      fc.property(arbitraryFloor, fc.nat(3), (floor, index) => {
        const table = place(floor, index);
        const everyone = addressed("everyone", table, floor);
        const assigned = addressed("assigned", table, floor);
        expect(assigned.length > 0).toBe(everyone.length > 0);
        expect(everyone).toEqual(expect.arrayContaining(assigned));
        expect(everyone).toEqual(expect.arrayContaining(addressed("zone", table, floor)));
      }),
    );
  });

  const staff = [
    { id: "owner", role: "owner" },
    { id: "anna", role: "waiter" },
    { id: "ben", role: "waiter" },
    { id: "wall", role: "screen" },
  ] as const;
  const floor: Floor = {
    staff,
    duty: [
      { staffId: "anna", tables: ["t1"], zones: [] },
      { staffId: "ben", tables: [], zones: ["bar"] },
    ],
    dutyUsed: true,
    tables: [
      { id: "t1", zoneId: "hall" },
      { id: "t2", zoneId: "hall" },
      { id: "t3", zoneId: "bar" },
      { id: "t4" },
    ],
  };
  test.each([
    ["assigned", "t1", ["anna"]],
    ["assigned", "t2", ["anna", "ben"]],
    ["assigned", "t3", ["ben"]],
    ["zone", "t2", ["anna"]],
    ["zone", "t3", ["ben"]],
    ["zone", "t4", ["anna", "ben"]],
    ["everyone", "t1", ["anna", "ben"]],
    ["managers", "t1", ["owner"]],
  ] as const)("%s at %s addresses %j", (audience, id, ids) => {
    const table = floor.tables.find((one) => one.id === id) ?? { id };
    expect(addressed(audience, table, floor)).toEqual(ids);
  });

  test("without people on duty: managers if duty was used in 14 days, else all active", () => {
    const off = { ...floor, duty: [] };
    for (const audience of audiences) {
      expect(addressed(audience, { id: "t1" }, off)).toEqual(["owner"]);
      expect(addressed(audience, { id: "t1" }, { ...off, dutyUsed: false })).toEqual(
        audience === "managers" ? ["owner"] : ["anna", "ben", "owner"],
      );
    }
  });
});
