import type { Scenario } from "../scenario.ts";
import { connectRate } from "./connect-rate.ts";
import { broadcast, broadcastCompressed } from "./fan-out.ts";
import { idleMemory } from "./idle-memory.ts";
import { nemesis } from "./nemesis.ts";
import { redisBytes } from "./redis-bytes.ts";

const all: readonly Scenario[] = [idleMemory, connectRate, broadcast, broadcastCompressed, redisBytes, nemesis];

export const scenarios: ReadonlyMap<string, Scenario> = new Map(all.map((scenario) => [scenario.name, scenario]));
