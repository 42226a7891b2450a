import { migrate } from "@waiter/database";
import { silentLogger } from "@waiter/logger";
import { startRun } from "@waiter/testkit";
import { runFriday } from "../friday/run-friday.ts";
import type { Scenario } from "../scenario.ts";

/** An evening of many restaurants in accelerated time, recounted by an oracle. */
export const friday: Scenario = {
  name: "friday",
  title: "A Friday evening: every due level once, to the right people, through kills",
  options: {
    seed: Date.now() % 1_000_000,
    restaurants: 40,
    tables: 2_000,
    staff: 200,
    minutes: 360,
    "kill-every": 10,
    "call-every": 90,
  },
  async run({ progress, option }) {
    const run = await startRun(async ({ ownerUrl, appUrl, relayUrl }) => {
      await migrate({ migrationUrl: ownerUrl, appUrl, relayUrl, logger: silentLogger });
    });
    try {
      const result = await runFriday({
        seed: option("seed"),
        restaurants: option("restaurants"),
        tables: option("tables"),
        staff: option("staff"),
        minutes: option("minutes"),
        killEveryMinutes: option("kill-every"),
        minutesPerCall: option("call-every"),
        say: (text) => progress.update(text),
      });
      for (const problem of result.problems.slice(0, 50)) console.error(problem);
      const count = (name: string, value: number, unit: string) => ({ name, value, unit });
      return {
        unit: "rows",
        samples: result,
        bars: Object.entries(result.rows).map(([label, value]) => ({ label, value })),
        figures: [
          count(`requests (seed ${option("seed")})`, result.requests, "requests"),
          count("events", result.events, "events"),
          count("levels fired", result.levels, "events"),
          count("pushes", result.posts, "posts"),
          count("workers killed", result.kills, "workers"),
          {
            ...count("duplicate pushes", result.duplicates, "posts"),
            target: {
              text: "at most one per killed worker",
              met: result.duplicates <= result.kills,
            },
          },
          {
            ...count("differences from the rules", result.problems.length, "problems"),
            target: { text: "none", met: result.problems.length === 0 },
          },
        ],
      };
    } finally {
      await run.stop();
    }
  },
};
