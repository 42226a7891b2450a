import { afterEach, expect, jest, test } from "@jest/globals";
import type { SessionConnection } from "../connection/session-connection.ts";
import { ScreenReport } from "./screen-report.ts";

afterEach(() => {
  jest.restoreAllMocks();
});

test("each round of polling adds the time since `mark` to the idle time", async () => {
  const reports: unknown[] = [];
  const connection = {
    link: { state: "polling" },
    call: (_method: string, _path: string, _accept: unknown, body: unknown) =>
      Promise.resolve(void reports.push(body)),
  } as unknown as SessionConnection;
  const report = new ScreenReport({
    connection,
    seenMs: 600_000,
    position: () => ({ epoch: "e", seq: 7 }),
  });
  let now = 5_000;
  jest.spyOn(performance, "now").mockImplementation(() => now);
  report.mark({ visible: true, audible: true, idleS: 3 });
  await report.poll();
  now += 130_500;
  await report.poll();
  report.mark({ visible: true });
  now += 10_000;
  await report.poll();
  report.close();
  expect(reports).toEqual([
    { seq: 7, visible: true, audible: true, idleS: 3 },
    { seq: 7, visible: true, audible: true, idleS: 133 },
    { seq: 7, visible: true },
  ]);
});
