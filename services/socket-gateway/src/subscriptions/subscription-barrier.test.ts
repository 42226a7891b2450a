import { describe, expect, test } from "@jest/globals";
import { SubscriptionBarrier } from "./subscription-barrier.ts";

/** A subscriber whose answers the test gives. */
function fakeSubscriber() {
  const asked: { channels: string[]; answer: () => void; refuse: (error: Error) => void }[] = [];
  return {
    asked,
    ssubscribe: (...channels: string[]) =>
      new Promise<unknown>(
        (resolve, reject) =>
          void asked.push({ channels, answer: () => resolve(undefined), refuse: reject }),
      ),
    sunsubscribe: () => Promise.reject(new Error("not connected")),
    on: () => undefined,
  };
}
/**
 * Timers of one length fire in the order they were set: the barrier's, set before, has fired then.
 */
const settle = () => new Promise((resolve) => setTimeout(resolve, gatherMs));
const gatherMs = 1;

describe("SubscriptionBarrier", () => {
  test("a channel is confirmed when Redis answered", async () => {
    const subscriber = fakeSubscriber();
    const barrier = new SubscriptionBarrier(subscriber, { cluster: false, gatherMs });
    await barrier.client.ssubscribe("a");
    await settle();
    await expect(barrier.confirmed("a", 1)).resolves.toBe(false);
    const waiting = barrier.confirmed("a", 10_000);
    subscriber.asked[0]?.answer();
    await expect(waiting).resolves.toBe(true);
    await expect(barrier.confirmed("unknown", 1)).resolves.toBe(false);
  });

  test("an answer of an interrupted connection confirms nothing", async () => {
    const subscriber = fakeSubscriber();
    const barrier = new SubscriptionBarrier(subscriber, { cluster: false, gatherMs });
    await barrier.client.ssubscribe("a");
    await settle();
    barrier.interrupt();
    const restored = barrier.restore();
    subscriber.asked[0]?.answer();
    await settle();
    expect(barrier.isConfirmed("a")).toBe(false);
    subscriber.asked[1]?.answer();
    await expect(restored).resolves.toBe(true);
    expect(barrier.isConfirmed("a")).toBe(true);
  });

  test("after an interruption waiting callers are released by the next connection", async () => {
    const subscriber = fakeSubscriber();
    const barrier = new SubscriptionBarrier(subscriber, { cluster: false, gatherMs });
    await barrier.client.ssubscribe("a");
    await settle();
    subscriber.asked[0]?.answer();
    await settle();
    barrier.interrupt();
    const waiting = barrier.confirmed("a", 10_000);
    await barrier.client.ssubscribe("b");
    const restored = barrier.restore();
    expect(subscriber.asked[1]?.channels).toEqual(["a", "b"]);
    subscriber.asked[1]?.answer();
    await expect(Promise.all([waiting, restored])).resolves.toEqual([true, true]);
    expect(barrier.isConfirmed("b")).toBe(true);
  });

  test("a refused subscription is retried unless the room was left", async () => {
    const subscriber = fakeSubscriber();
    const errors: unknown[] = [];
    const barrier = new SubscriptionBarrier(subscriber, {
      cluster: true,
      gatherMs,
      retryMs: 1,
      onError: (error) => errors.push(error),
    });
    await barrier.client.ssubscribe("a");
    await settle();
    subscriber.asked[0]?.refuse(new Error("MOVED"));
    const waiting = barrier.confirmed("a", 10_000);
    while (subscriber.asked.length < 2) await settle();
    await barrier.client.sunsubscribe("a");
    subscriber.asked[1]?.refuse(new Error("MOVED"));
    await expect(waiting).resolves.toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([subscriber.asked.length, errors.length, barrier.size]).toEqual([2, 2, 0]);
  });

  test("an answer from before leave and rejoin confirms nothing", async () => {
    const subscriber = fakeSubscriber();
    const barrier = new SubscriptionBarrier(subscriber, { cluster: false, gatherMs });
    await barrier.client.ssubscribe("a");
    await settle();
    await barrier.client.sunsubscribe("a");
    await barrier.client.ssubscribe("a");
    subscriber.asked[0]?.answer();
    await settle();
    expect(barrier.isConfirmed("a")).toBe(false);
    subscriber.asked[1]?.answer();
    await settle();
    expect(barrier.isConfirmed("a")).toBe(true);
  });

  test("a channel that is left while others are subscribed again stays unsubscribed", async () => {
    const calls: string[][] = [];
    const barrier = new SubscriptionBarrier(
      {
        ssubscribe: (...channels: string[]) => Promise.resolve(calls.push(channels)),
        sunsubscribe: () => Promise.resolve(),
        on: () => undefined,
      },
      { cluster: false, gatherMs },
    );
    const channels = Array.from({ length: 1_000 }, (_, index) => `c${index}`);
    for (const channel of channels) void barrier.client.ssubscribe(channel);
    await settle();
    barrier.interrupt();
    expect(channels.some((channel) => barrier.isConfirmed(channel))).toBe(false);
    calls.length = 0;
    const restored = barrier.restore();
    // One command in a turn of the event loop.
    expect(calls).toHaveLength(1);
    void barrier.client.sunsubscribe("c999");
    void barrier.client.sunsubscribe("c998");
    void barrier.client.ssubscribe("c998");
    await restored;
    await settle();
    expect(calls.flat().filter((channel) => channel === "c999")).toEqual([]);
    expect(channels.filter((channel) => barrier.isConfirmed(channel))).toHaveLength(999);
  });

  test("restores that interrupt each other reach every channel", async () => {
    const sent = new Set<string>();
    const barrier = new SubscriptionBarrier(
      {
        ssubscribe: (...channels: string[]) => {
          for (const channel of channels) sent.add(channel);
          return Promise.resolve();
        },
        sunsubscribe: () => Promise.resolve(),
        on: () => undefined,
      },
      { cluster: false, gatherMs },
    );
    for (let index = 0; index < 1_000; index += 1) void barrier.client.ssubscribe(`c${index}`);
    await settle();
    sent.clear();
    const restores = Array.from({ length: 5 }, () => barrier.restore());
    expect(sent.size).toBe(1_000);
    expect(await Promise.all(restores)).toEqual([false, false, false, false, true]);
  });

  test("joins and leaves of one turn cost one command each", async () => {
    const commands: string[][] = [];
    const answered = (name: string, channels: string[]) =>
      Promise.resolve(void commands.push([name, ...channels]));
    const subscriber = {
      ssubscribe: (...all: string[]) => answered("join", all),
      sunsubscribe: (...all: string[]) => answered("leave", all),
      on: () => undefined,
    };
    const barrier = new SubscriptionBarrier(subscriber, { cluster: false, gatherMs });
    for (const channel of ["a", "b", "c"]) void barrier.client.ssubscribe(channel);
    void barrier.client.sunsubscribe("c");
    await settle();
    expect(commands.splice(0)).toEqual([["join", "a", "b"]]);
    void barrier.client.sunsubscribe("a");
    void barrier.client.sunsubscribe("b");
    void barrier.client.ssubscribe("a");
    await settle();
    expect(commands).toEqual([
      ["leave", "a", "b"],
      ["join", "a"],
    ]);
    expect([barrier.isConfirmed("a"), barrier.isConfirmed("b"), barrier.size]).toEqual([
      true,
      false,
      1,
    ]);
  });
});

describe("after a fail-over", () => {
  /** Restaurants of ten channels: staff, the gateways', eight tables. */
  const channelsOf = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => `waiter:{t${Math.floor(index / 10)}}:${index}`);

  test.each([
    [5_000, false, 25],
    [50_000, false, 250],
    [5_000, true, 500],
    [50_000, true, 5_000],
  ])(
    "%d rooms are subscribed again, Cluster %s, with %d commands",
    async (rooms, cluster, most) => {
      const calls: string[][] = [];
      const barrier = new SubscriptionBarrier(
        {
          ssubscribe: (...channels: string[]) => Promise.resolve(calls.push(channels)),
          sunsubscribe: () => Promise.resolve(),
          on: () => undefined,
        },
        { cluster, gatherMs },
      );
      for (const channel of channelsOf(rooms)) void barrier.client.ssubscribe(channel);
      await settle();
      barrier.interrupt();
      calls.length = 0;
      await barrier.restore();
      expect(calls.flat()).toHaveLength(rooms);
      expect(calls.length).toBeLessThanOrEqual(most);
      expect(calls.every((channels) => channels.length <= 200)).toBe(true);
      // On a Cluster the channels of one command share a slot.
      const tags = calls.map((channels) => new Set(channels.map((name) => name.split("}")[0])));
      expect(tags.every(({ size }) => size === 1)).toBe(cluster);
    },
  );
});
