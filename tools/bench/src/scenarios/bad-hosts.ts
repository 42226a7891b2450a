import { setTimeout as sleep } from "node:timers/promises";
import { cpuSeconds } from "../process-stats.ts";
import { median, percentile, type Figure, type Scenario } from "../scenario.ts";
import { startDeliveryFloor, type DeliveryFloor, type Ring } from "../system/delivery-floor.ts";
import { startHost } from "../system/start-host.ts";
import { withServers } from "../system/with-servers.ts";

const everyMs = 50;
const warmUp = 40;

/**
 * Sends a good row each {@link everyMs} and, apart from it, a row to each of two other hosts as
 * often. Returns how long the good ones waited, ms.
 */
async function spread(
  floor: DeliveryFloor,
  good: Ring,
  others: readonly Ring[],
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
    ...others.map((ring) => repeat(() => send([ring]))),
  ]);
  return (await floor.sent(ids)).waits;
}

interface Turn {
  readonly waits: readonly number[];
  readonly cpuMs: number;
}
/**
 * What the two other hosts do: `bad`: one is dead and one hangs; `healthy`: both answer, so that
 * the worker has equally many rows to send; `silent`: their rows are written and never sent.
 */
const sides = ["bad", "healthy", "silent"] as const;
type Side = (typeof sides)[number];
type Round = Readonly<Record<Side, Turn>>;

const dead = "http://127.0.0.1:9";

export const badHosts: Scenario = {
  name: "bad-hosts",
  title: "Time to `sent` beside a dead push host and a hanging webhook",
  options: { rows: 100, rounds: 10 },
  run: ({ progress, option }) =>
    withServers(async () => {
      await using host = await startHost("accepts");
      await using other = await startHost("accepts");
      await using hanging = await startHost("hangs");
      const good: Ring = { channel: "push", endpoint: host.origin };
      const prepare = async (side: Side) => {
        const floor = await startDeliveryFloor();
        const [push, webhook] =
          side === "bad" ? [dead, hanging.origin] : [other.origin, other.origin];
        await floor.setWebhook(`${webhook}/hook`);
        const worker = await floor.startWorker();
        const others: readonly Ring[] = [
          { channel: "push", endpoint: push, isOver: side === "silent" },
          { channel: "webhook", isOver: side === "silent" },
        ];
        const send = (count: number) => spread(floor, good, others, count);
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
      // Each side has its own worker, Redis and database, with equally many rows. They take turns,
      // so that none takes another's time, and begin in turn: what the machine does besides
      // changes within seconds and meets all.
      await using bad = await prepare("bad");
      await using healthy = await prepare("healthy");
      await using silent = await prepare("silent");
      const floors = { bad, healthy, silent };
      const rounds: Round[] = [];
      for (let round = 0; round < option("rounds"); round += 1) {
        progress.update(`round ${round + 1}`);
        const turns = new Map<Side, Turn>();
        for (let at = 0; at < sides.length; at += 1) {
          const side = sides[(round + at) % sides.length] ?? "bad";
          turns.set(side, await floors[side].send(option("rows")));
        }
        rounds.push(Object.fromEntries(turns) as Round);
      }
      const figures = [
        ...[50, 95].flatMap((p) => {
          const waitOf = ({ waits }: Turn) => percentile(waits, p);
          return [
            withTarget(compare(`time to sent, p${p}`, rounds, "healthy", waitOf)),
            compare(`time to sent, p${p}`, rounds, "silent", waitOf),
          ];
        }),
        compare("worker's CPU in a turn", rounds, "healthy", ({ cpuMs }) => cpuMs),
        compare("worker's CPU in a turn", rounds, "silent", ({ cpuMs }) => cpuMs),
      ];
      return {
        figures,
        bars: sides.map((side) => ({
          label: side,
          value: median(rounds.map((round) => percentile(round[side].waits, 95))),
        })),
        unit: "ms",
        samples: rounds,
      };
    }),
};

/** The median of a figure beside bad hosts, and the median over the rounds of its ratio. */
function compare(
  name: string,
  rounds: readonly Round[],
  peer: Exclude<Side, "bad">,
  pick: (turn: Turn) => number,
): Figure {
  return {
    name,
    value: median(rounds.map(({ bad }) => pick(bad))),
    unit: "ms",
    peer: { name: `${peer} hosts`, value: median(rounds.map((round) => pick(round[peer]))) },
    ratio: median(rounds.map((round) => pick(round.bad) / pick(round[peer]))),
  };
}

const withTarget = (figure: Figure): Figure => ({
  ...figure,
  target: {
    text: "within 1.2 x, median of the rounds",
    met: (figure.ratio ?? Number.NaN) <= 1.2,
  },
});
