import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { judgeAttack, toleratedMs, verdictTable, type Verdict } from "../attacks/judge-attack.ts";
import { OtherTenants } from "../attacks/other-tenants.ts";
import { requestAttacks } from "../attacks/request-attacks.ts";
import { socketAttacks } from "../attacks/socket-attacks.ts";
import { Stage } from "../attacks/stage.ts";
import type { Place } from "../attacks/target.ts";
import { openRestaurant, type Restaurant } from "../nemesis/restaurant.ts";
import type { Scenario } from "../scenario.ts";
import { LocalSystem } from "../system/local-system.ts";
import { post } from "../system/tokens.ts";

/** 70 % of the chart's memory limits, as in the image, MB. */
const heapMb = { API: 358, GATEWAY: 716, WORKER: 268 };

/** What the attacker has: a code of each table, 60 sessions, and the owner's account. */
async function placeOf(system: LocalSystem, restaurant: Restaurant): Promise<Place> {
  const { api, gateways } = system.local();
  const { host, owner, tableTokens, tableIds } = restaurant;
  // Not the address of the attacks: those may have used up its rates.
  const address = { "x-forwarded-for": "198.51.100.7" };
  const guests: string[] = [];
  for (let index = 0; index < 60; index += 1) {
    const tableToken = tableTokens[index % tableTokens.length];
    const session = await post(api, "/api/guest/sessions", host, { tableToken }, address);
    guests.push((session as { accessToken: string }).accessToken);
  }
  const login = await post(api, "/api/auth/login", host, owner, address);
  return {
    api,
    gateway: gateways[0] ?? "",
    host,
    apex: new URL(system.domainUrl).host,
    tableTokens,
    tableIds,
    guests,
    owner,
    ownerToken: (login as { accessToken: string }).accessToken,
  };
}

export const attacks: Scenario = {
  name: "attacks",
  title: "Attacks by one restaurant and by strangers: what other restaurants notice",
  options: { seconds: 5, "per-second": 10, first: 0, count: 1_000 },
  async run({ progress, option, signal }) {
    const platformToken = randomBytes(24).toString("hex");
    await using system = await LocalSystem.start({
      env: {
        PLATFORM_ADMIN_TOKEN: platformToken,
        MAX_CONNECTIONS: "1000",
        CONNECTIONS_PER_ADDRESS_PER_MINUTE: "60000",
        CONNECTIONS_PER_TENANT_PER_MINUTE: "60000",
        ...Object.fromEntries(
          Object.entries(heapMb).map(([name, mb]) => [
            `WAITER_${name}_NODE_OPTIONS`,
            `--max-old-space-size=${mb}`,
          ]),
        ),
      },
    });
    const open = (slug: string, tables: number): Promise<Restaurant> =>
      openRestaurant(system, platformToken, slug, tables);
    const others = await OtherTenants.open(system, [
      await open("visitor", 1),
      await open("otherone", 12),
      await open("othertwo", 12),
      await open("otherthree", 12),
    ]);
    const attacked = await open("attacked", 12);
    const [seconds, perSecond] = [option("seconds"), option("per-second")];
    const names = [...Object.keys(socketAttacks), ...Object.keys(requestAttacks)];
    const chosen = names.slice(option("first"), option("first") + option("count"));
    const verdicts: Verdict[] = [];
    const stage = async (): Promise<Stage> => Stage.start(system, await placeOf(system, attacked));
    progress.update("work without an attack");
    await using first = await stage();
    await first.phase({ seconds, others, perSecond });
    const idle = await first.phase({ seconds, perSecond });
    for (const [index, attack] of chosen.entries()) {
      if (signal.aborted) break;
      progress.update(attack, index, chosen.length);
      // Tokens of its own: access tokens live some minutes, and some attacks end their session.
      await using own = await stage();
      const before = await own.phase({ seconds, others, perSecond });
      const alone = await own.phase({ seconds, attack, perSecond });
      const during = await own.phase({ seconds, attack, others, perSecond });
      verdicts.push(judgeAttack(attack, { idle, before, alone, during }));
      await sleep(500);
    }
    console.log(`\n${verdictTable(verdicts)}`);
    return {
      unit: "ms of CPU per operation of others, during the attack",
      samples: verdicts,
      bars: verdicts.map(({ attack, cpuMs }) => ({ label: attack, value: cpuMs[1] })),
      figures: verdicts.flatMap(({ attack, cpuMs, delayMs, problems }) => [
        {
          name: `${attack}: CPU per operation of others`,
          value: cpuMs[1],
          unit: "ms",
          peer: { name: "before", value: cpuMs[0] },
          ratio: cpuMs[1] / cpuMs[0],
        },
        {
          name: `${attack}: delay above the control`,
          value: Math.max(delayMs.api[1], delayMs.gateway[1]),
          unit: "ms",
          target: {
            text: `alive, at most ${toleratedMs} ms, every operation answered`,
            met: problems.length === 0,
          },
        },
      ]),
    };
  },
};
