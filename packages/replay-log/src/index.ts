export { RedisReplayLog } from "./redis-replay-log.ts";
export type { ReplayLog } from "./replay-log.ts";
