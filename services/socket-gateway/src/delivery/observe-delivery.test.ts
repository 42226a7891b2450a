import { expect, test } from "@jest/globals";
import { rooms } from "@waiter/contracts";
import { createMetrics } from "@waiter/metrics";
import { observeDelivery } from "./observe-delivery.ts";

/** Far from the clock of this machine, ms. */
const databaseNow = Date.now() - 3_600_000;

async function deliver(at: number): Promise<readonly (number | undefined)[]> {
  const metrics = createMetrics({ defaults: false, names: ["eventDelivery"] });
  const heads: unknown[] = [];
  const observe = observeDelivery({
    metrics,
    heads: { noteEvent: (_tenant: string, head: object) => heads.push(head) } as never,
    presence: {} as never,
    clock: { now: () => databaseNow },
  });
  const event = { epoch: "e", seq: 7, at: new Date(at).toISOString() };
  const room = rooms.staff("0190b1f4-0000-7000-8000-000000000001");
  observe({ namespace: "/staff", rooms: new Set([room]), data: ["event", event], startedAt: 0 }, 1);
  expect(heads).toEqual([{ epoch: "e", seq: 7 }]);
  const { values } = await metrics.eventDelivery.get();
  const named = (name: string) =>
    values.find(({ metricName }) => metricName === `waiter_event_delivery_seconds_${name}`)?.value;
  return [named("count"), named("sum")];
}

test("an event's delivery is measured by Postgres' clock, and is never negative", async () => {
  expect(await deliver(databaseNow - 2_000)).toEqual([1, 2]);
  expect(await deliver(databaseNow + 2_000)).toEqual([1, 0]);
});
