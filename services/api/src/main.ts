import { ConfigError } from "@waiter/config";
import { runService } from "@waiter/lifecycle";
import { createLogger } from "@waiter/logger";
import { runCommand } from "./cli/run-command.ts";
import { loadApiConfig } from "./config.ts";
import { startApi } from "./service.ts";
import { version } from "./version.ts";

const [command, ...args] = process.argv.slice(2);
try {
  if (command === undefined) serve();
  else process.exitCode = await runCommand(command, args, process.env);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

function serve(): void {
  const config = loadApiConfig(process.env);
  const logger = createLogger({ service: "api", level: config.LOG_LEVEL, version });
  runService({
    name: "api",
    logger,
    deadlineMs: config.SHUTDOWN_DEADLINE,
    start: async (lifecycle) => void (await startApi(config, lifecycle, logger)),
  });
}
