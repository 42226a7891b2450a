import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { UnjoinedConnections } from "./unjoined-connections.ts";
import type { EngineConnection } from "./ws-internals.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test("a clock that is set back lets no connection stay without a namespace", async () => {
  const ended: string[] = [];
  const connect = (name: string) =>
    ({
      readyState: "open",
      transport: { name: "polling" },
      close: () => ended.push(name),
    }) as unknown as EngineConnection;
  const unjoined = new UnjoinedConnections(10_000, () => "block");
  unjoined.add(connect("before"));
  jest.setSystemTime(Date.now() - 3_600_000);
  unjoined.add(connect("after"));
  await jest.advanceTimersByTimeAsync(10_000);
  expect(ended).toEqual(["before", "after"]);
  unjoined.close();
});
