import { reportConfigError, runMain } from "@waiter/lifecycle";
import { runCommand } from "./cli/run-command.ts";
import { loadApiConfig } from "./config.ts";
import { startApi } from "./service.ts";
import { version } from "./version.ts";

const name = "api";
const [command, ...args] = process.argv.slice(2);
if (command === undefined) runMain({ name, version, loadConfig: loadApiConfig, start: startApi });
else {
  try {
    process.exitCode = await runCommand(command, args, process.env);
  } catch (error) {
    reportConfigError({ name, version }, error);
  }
}
