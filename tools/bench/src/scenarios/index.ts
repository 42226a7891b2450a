import type { Scenario } from "../scenario.ts";
import { attacks } from "./attacks.ts";
import { badHosts } from "./bad-hosts.ts";
import { capacity } from "./capacity.ts";
import { churn } from "./churn.ts";
import { connectStorm, connectStormFailover, connectStormPaused } from "./connect-storm.ts";
import { connectRate } from "./connect-rate.ts";
import { deliveries } from "./deliveries.ts";
import { broadcast, broadcastCompressed } from "./fan-out.ts";
import { friday } from "./friday.ts";
import { firstLoad } from "./first-load.ts";
import { idleMemory } from "./idle-memory.ts";
import { latency } from "./latency.ts";
import { nemesis, nemesisCluster, nemesisFailover, nemesisSentinel } from "./nemesis.ts";
import { paths } from "./paths.ts";
import { redisBytes } from "./redis-bytes.ts";
import { retention } from "./retention.ts";
import { rollingRestart } from "./rolling-restart.ts";
import { tenants } from "./tenants.ts";
import { tenantsConnected } from "./tenants-connected.ts";
import { truth } from "./truth.ts";
import { write } from "./write.ts";

const all: readonly Scenario[] = [
  idleMemory,
  connectRate,
  connectStorm,
  connectStormPaused,
  connectStormFailover,
  broadcast,
  broadcastCompressed,
  redisBytes,
  latency,
  rollingRestart,
  churn,
  friday,
  nemesis,
  nemesisCluster,
  nemesisFailover,
  nemesisSentinel,
  write,
  tenants,
  tenantsConnected,
  retention,
  deliveries,
  badHosts,
  attacks,
  paths,
  capacity,
  firstLoad,
  truth,
];

export const scenarios: ReadonlyMap<string, Scenario> = new Map(
  all.map((scenario) => [scenario.name, scenario]),
);
