import { runNemesis } from "../nemesis/run-nemesis.ts";
import type { Scenario } from "../scenario.ts";

/**
 * Every page is up to date this long after the last fault at most. A fault lasts until all
 * processes are ready again: a process that still starts is away, and how fast a machine starts
 * processes is no property of the pages.
 */
const lateMs = 5_000;

const against = (stores?: "cluster" | "sentinel" | "failover"): Scenario => ({
  name: stores === undefined ? "nemesis" : `nemesis-${stores}`,
  title: `Faults under load${stores === undefined ? "" : `, stores: ${stores}`}: screens, pages and escalations against the database`,
  options: { minutes: 2, seed: Date.now() % 1_000_000 },
  async run({ progress, option }) {
    const seed = option("seed");
    const result = await runNemesis({
      durationMs: option("minutes") * 60_000,
      seed,
      ...(stores && { stores }),
      say: (text) => progress.update(text),
    });
    for (const problem of result.problems) console.error(problem);
    const count = (name: string, value: number, unit: string) => ({ name, value, unit });
    return {
      unit: "count",
      samples: result,
      bars: Object.entries(result.faults).map(([label, value]) => ({ label, value })),
      figures: [
        count(`events written (seed ${seed})`, result.events, "events"),
        count("events applied by all screens", result.applied, "events"),
        count("requests acknowledged", result.acknowledged, "requests"),
        count("escalations, each level once", result.escalations, "events"),
        count("boards and guests' pages compared", result.pages, "pages"),
        count("events on raw connections", result.wire.events, "events"),
        count("further copies of them", result.wire.duplicates, "events"),
        count("most copies of one event", result.wire.most, "copies"),
        {
          ...count(
            "time to catch up once all processes are ready after the last fault",
            result.settleMs,
            "ms",
          ),
          target: { text: `at most ${lateMs} ms`, met: result.settleMs <= lateMs },
        },
        {
          ...count("differences from the database", result.problems.length, "problems"),
          target: { text: "none", met: result.problems.length === 0 },
        },
      ],
    };
  },
});

export const nemesis = against();
export const nemesisCluster = against("cluster");
export const nemesisFailover = against("failover");
export const nemesisSentinel = against("sentinel");
