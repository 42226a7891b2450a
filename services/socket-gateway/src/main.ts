import { runService } from "@waiter/lifecycle";
import { createLogger } from "@waiter/logger";
import { loadGatewayConfig } from "./config.ts";
import { runGateway } from "./run-gateway.ts";
import { version } from "./version.ts";

const config = loadGatewayConfig(process.env);
const logger = createLogger({ service: "socket-gateway", level: config.LOG_LEVEL, version });

runService({
  name: "socket-gateway",
  logger,
  deadlineMs: config.SHUTDOWN_DEADLINE,
  start: (lifecycle) => runGateway(config, lifecycle, logger),
});
