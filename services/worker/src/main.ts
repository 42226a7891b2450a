import { runService } from "@waiter/lifecycle";
import { createLogger } from "@waiter/logger";
import { loadWorkerConfig } from "./config.ts";
import { startWorker } from "./service.ts";
import { version } from "./version.ts";

const config = loadWorkerConfig(process.env);
const logger = createLogger({ service: "worker", level: config.LOG_LEVEL, version });

runService({
  name: "worker",
  logger,
  deadlineMs: config.SHUTDOWN_DEADLINE,
  start: (lifecycle) => startWorker(config, lifecycle, logger),
});
