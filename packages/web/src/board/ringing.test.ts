import { expect, test } from "@jest/globals";
import type { Request, StaffMember } from "@waiter/contracts";
import { ringingFor, type KnownFloor } from "./ringing.ts";

const anna: StaffMember = { id: "anna", name: "Anna", role: "waiter" };
const ben: StaffMember = { id: "ben", name: "Ben", role: "waiter" };
const wall: StaffMember = { id: "wall", name: "Bar", role: "screen" };
const at = (table: string, audience?: Request["audience"]) =>
  ({ id: table, table: { id: table, label: table }, ...(audience && { audience }) }) as Request;
const floor: KnownFloor = {
  staff: [anna, ben, wall],
  duty: [
    { staff: anna, since: "2026-11-27T18:00:00Z", tables: ["1"], zones: [] },
    { staff: ben, since: "2026-11-27T18:00:00Z", tables: [], zones: ["bar"] },
  ],
  tables: [
    { id: "1", label: "1" },
    { id: "2", label: "2", zoneId: "bar" },
  ],
  dutyUsed: true,
};
const waiting = [at("1", "assigned"), at("2", "assigned"), at("2", "everyone")];

test("a device rings for requests that address its person, a screen for everything", () => {
  expect(ringingFor(anna, waiting, floor)).toEqual([waiting[0], waiting[2]]);
  expect(ringingFor(ben, waiting, floor)).toEqual([waiting[1], waiting[2]]);
  expect(ringingFor(wall, waiting, floor)).toEqual(waiting);
});

test("without an audience or duty from the api a device rings for everything", () => {
  expect(ringingFor(anna, [at("2")], floor)).toHaveLength(1);
  expect(ringingFor(anna, waiting, { ...floor, dutyUsed: undefined })).toEqual(waiting);
});
