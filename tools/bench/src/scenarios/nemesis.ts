import { runNemesis } from "../nemesis/run-nemesis.ts";
import type { Scenario } from "../scenario.ts";

const against = (redis: "cluster" | "sentinel" | undefined): Scenario => ({
  name: redis === undefined ? "nemesis" : `nemesis-${redis}`,
  title: `Faults under load${redis === undefined ? "" : ` on a Redis ${redis}`}: what 20 staff screens applied, against the database`,
  options: { minutes: 2, seed: Date.now() % 1_000_000 },
  async run({ progress, option }) {
    const seed = option("seed");
    const result = await runNemesis({
      durationMs: option("minutes") * 60_000,
      seed,
      ...(redis && { redis }),
      say: (text) => progress.update(text),
    });
    for (const problem of result.problems) console.error(problem);
    const met = result.problems.length === 0;
    return {
      unit: "count",
      samples: result,
      bars: Object.entries(result.faults).map(([label, value]) => ({ label, value })),
      figures: [
        { name: `events written (seed ${seed})`, value: result.events, unit: "events" },
        { name: "events applied by all screens", value: result.applied, unit: "events" },
        { name: "calls acknowledged", value: result.acknowledged, unit: "calls" },
        { name: "time to catch up after the last fault", value: result.settleMs, unit: "ms" },
        {
          name: "differences from the database",
          value: result.problems.length,
          unit: "problems",
          target: { text: "none", met },
        },
      ],
    };
  },
});

export const nemesis = against(undefined);
export const nemesisCluster = against("cluster");
export const nemesisSentinel = against("sentinel");
