import { EventEmitter, once } from "node:events";
import { expect, jest, test } from "@jest/globals";
import { channels } from "@waiter/contracts";
import { announceDeadlines, DeadlineWakeUps } from "./deadline-wake-ups.ts";

const never = new AbortController().signal;

test("announcements of 50 ms share one message, and messages are 200 ms apart", () => {
  jest.useFakeTimers();
  try {
    const sent: string[] = [];
    const announce = announceDeadlines({
      publish: (channel) => {
        sent.push(channel);
        return Promise.reject(new Error("Redis is away"));
      },
    });
    for (let count = 0; count < 5; count += 1) announce();
    expect(sent).toEqual([]);
    jest.advanceTimersByTime(50);
    expect(sent).toEqual([channels.deadlines()]);
    announce();
    jest.advanceTimersByTime(199);
    expect(sent).toHaveLength(1);
    jest.advanceTimersByTime(1);
    expect(sent).toHaveLength(2);
    jest.advanceTimersByTime(1_000);
    expect(sent).toHaveLength(2);
  } finally {
    jest.useRealTimers();
  }
});

test("a message and a reconnection end a pause, also when they come before it", async () => {
  const connection = new EventEmitter();
  const client = Object.assign(new EventEmitter(), { subscribe: () => Promise.resolve(1) });
  const wakeUps = new DeadlineWakeUps();
  wakeUps.listen({ client, on: (event, listener) => connection.on(event, listener) }, () => {
    throw new Error("the subscription failed");
  });
  connection.emit("ready");
  await wakeUps.pause(3_600_000, never);
  client.emit("message", channels.deadlines());
  await wakeUps.pause(3_600_000, never);
  const paused = wakeUps.pause(3_600_000, never);
  client.emit("message", channels.invalidate());
  client.emit("message", channels.deadlines());
  await paused;
  const stop = new AbortController();
  const stopped = once(stop.signal, "abort");
  const last = wakeUps.pause(3_600_000, stop.signal);
  stop.abort();
  await Promise.all([stopped, last]);
});
