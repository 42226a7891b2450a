/**
 * Preloaded into a service by `--import=<this file>?folder=<folder>`. Measures, from `/start` to
 * `/stop` on the socket `<folder>/<pid>.sock`, how long the event loop is held and by what.
 */
import { createServer } from "node:http";
import { Session } from "node:inspector/promises";
import { join } from "node:path";
import { PerformanceObserver, performance } from "node:perf_hooks";
import { nameHolds, type Hold, type Pause } from "./holds.ts";

const beatMs = 5;
/** Shorter holds are not worth a line. */
const leastMs = 3;
const sampleUs = 1_000;

const clock = (): number => Number(process.hrtime.bigint()) / 1e6;
const cpu = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

async function begin(): Promise<() => Promise<unknown>> {
  const holds: Hold[] = [];
  const collections: Pause[] = [];
  const offset = clock() - performance.now();
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      collections.push({ from: offset + startTime, to: offset + startTime + duration });
  });
  observer.observe({ entryTypes: ["gc"] });
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: sampleUs });
  await session.post("Profiler.start");
  let last = { at: clock(), cpu: cpu() };
  const timer = setInterval(() => {
    const now = { at: clock(), cpu: cpu() };
    const cpuMs = Math.min(now.cpu - last.cpu, now.at - last.at);
    // A late beat: between two of them nothing else was served for long.
    if (now.at - last.at - beatMs >= leastMs && cpuMs >= leastMs)
      holds.push({ from: last.at, to: now.at, cpuMs });
    last = now;
  }, beatMs);
  return async () => {
    clearInterval(timer);
    const { profile } = await session.post("Profiler.stop");
    session.disconnect();
    observer.disconnect();
    return nameHolds(holds, collections, profile);
  };
}

let stop: (() => Promise<unknown>) | undefined;
const folder = new URL(import.meta.url).searchParams.get("folder") ?? "";
const server = createServer((request, response) => {
  const answer = async (): Promise<void> => {
    let result: unknown = [];
    if (request.url === "/start") stop = await begin();
    else result = await stop?.();
    response.end(JSON.stringify(result));
  };
  void answer();
});
server.listen(join(folder, `${process.pid}.sock`)).unref();
