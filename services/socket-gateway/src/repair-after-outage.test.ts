import { expect, test } from "@jest/globals";
import { repairAfterOutage } from "./repair-after-outage.ts";

test("guests' positions are taken at once, each other work begins in a turn of its own", async () => {
  const begun: [name: string, turn: number][] = [];
  let turn = 0;
  const count = () => {
    turn += 1;
    if (turn < 10) setImmediate(count);
  };
  setImmediate(count);
  const begin = (name: string) => () => void begun.push([name, turn]);
  const work = (name: string) => async () => begin(name)();
  await repairAfterOutage({
    changes: { repair: work("repair") },
    sendStatus: begin("status"),
    trueHeads: { reschedule: begin("interval"), askAll: work("heads") },
    presence: { refreshAll: work("presence") },
    revoked: { reloadAll: work("revocations") },
  });
  expect(begun).toEqual([
    ["repair", 0],
    ["status", 0],
    ["interval", 1],
    ["heads", 1],
    ["presence", 2],
    ["revocations", 3],
  ]);
});
