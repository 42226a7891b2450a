import { describeReplayLog } from "./replay-log.conformance.ts";
import { MemoryReplayLog } from "./memory-replay-log.test.helper.ts";

describeReplayLog("MemoryReplayLog", (limits) => new MemoryReplayLog(limits));
