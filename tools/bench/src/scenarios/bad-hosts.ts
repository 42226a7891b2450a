import { setTimeout as sleep } from "node:timers/promises";
import { cpuSeconds } from "../process-stats.ts";
import { median, percentile, type Scenario } from "../scenario.ts";
import { startDeliveryFloor, type DeliveryFloor, type Ring } from "../system/delivery-floor.ts";
import { startHost } from "../system/start-host.ts";
import { withServers } from "../system/with-servers.ts";

const everyMs = 50;
const warmUp = 40;

/**
 * Sends a good row each {@link everyMs} and, apart from it, a row to each bad host as often.
 * Returns how long the good ones waited, ms.
 */
async function spread(
  floor: DeliveryFloor,
  good: Ring,
  bad: readonly Ring[],
  count: number,
): Promise<number[]> {
  const ids: string[] = [];
  const repeat = async (round: () => Promise<unknown>): Promise<void> => {
    for (let sent = 0; sent < count; sent += 1) {
      await round();
      await sleep(everyMs);
    }
  };
  const send = async (rings: readonly Ring[]): Promise<string[]> => {
    const added = await floor.ring(rings);
    await floor.enqueue(added.filter((_, index) => rings[index]?.isOver !== true));
    return added;
  };
  await Promise.all([
    repeat(async () => ids.push(...(await send([good])))),
    ...bad.map((ring) => repeat(() => send([ring]))),
  ]);
  return (await floor.sent(ids)).waits;
}

interface Turn {
  readonly waits: readonly number[];
  readonly cpuMs: number;
}
interface Pair {
  readonly alone: Turn;
  readonly beside: Turn;
}
const cpuOf =
  (side: keyof Pair) =>
  (pair: Pair): number =>
    pair[side].cpuMs;

export const badHosts: Scenario = {
  name: "bad-hosts",
  title: "Time to `sent` beside a dead push host and a hanging webhook",
  options: { rows: 100, rounds: 10 },
  run: ({ progress, option }) =>
    withServers(async () => {
      await using host = await startHost("accepts");
      await using hanging = await startHost("hangs");
      const good: Ring = { channel: "push", endpoint: host.origin };
      const bad: readonly Ring[] = [
        { channel: "push", endpoint: "http://127.0.0.1:9" },
        { channel: "webhook" },
      ];
      /** `isAlone`: the bad rows are written as well, and none of them is sent. */
      const prepare = async (isAlone: boolean) => {
        const floor = await startDeliveryFloor();
        await floor.setWebhook(`${hanging.origin}/hook`);
        const worker = await floor.startWorker();
        const rows = bad.map((ring) => ({ ...ring, isOver: isAlone }));
        const send = (count: number) => spread(floor, good, rows, count);
        await send(warmUp);
        await floor.analyze();
        return {
          /** Waits of the good rows, and the worker's CPU while they were sent. */
          send: async (count: number): Promise<Turn> => {
            const start = cpuSeconds(worker.pid);
            const waits = await send(count);
            return { waits, cpuMs: 1_000 * (cpuSeconds(worker.pid) - start) };
          },
          [Symbol.asyncDispose]: async () => {
            await worker.end();
            await floor[Symbol.asyncDispose]();
          },
        };
      };
      // Each has its own worker, Redis and database, with equally many rows. They take turns, so
      // that neither takes the other's time, and each begins every second pair: what the machine
      // does besides changes within seconds and meets both.
      await using alone = await prepare(true);
      await using beside = await prepare(false);
      const pairs: Pair[] = [];
      for (let pair = 0; pair < option("rounds"); pair += 1) {
        progress.update(`pair ${pair + 1}`);
        const count = option("rows");
        if (pair % 2 === 0)
          pairs.push({ alone: await alone.send(count), beside: await beside.send(count) });
        else pairs.push({ beside: await beside.send(count), alone: await alone.send(count) });
      }
      const figures = [50, 95].map((p) => {
        const ofAlone = pairs.map((pair) => percentile(pair.alone.waits, p));
        const ofBeside = pairs.map((pair) => percentile(pair.beside.waits, p));
        const ratios = ofBeside.map((value, index) => value / (ofAlone[index] ?? Number.NaN));
        const ratio = median(ratios);
        return {
          name: `time to sent, p${p}`,
          value: median(ofBeside),
          unit: "ms",
          peer: { name: "no bad host", value: median(ofAlone) },
          ratio,
          target: { text: "within 1.2 x, median of the pairs", met: ratio <= 1.2 },
        };
      });
      const cpu = {
        alone: median(pairs.map(cpuOf("alone"))),
        beside: median(pairs.map(cpuOf("beside"))),
      };
      const cpuFigure = {
        name: "worker's CPU in a turn",
        value: cpu.beside,
        unit: "ms",
        peer: { name: "no bad host", value: cpu.alone },
        ratio: cpu.beside / cpu.alone,
      };
      return {
        figures: [...figures, cpuFigure],
        bars: figures.map(({ name, value }) => ({ label: name, value })),
        unit: "ms",
        samples: pairs,
      };
    }),
};
