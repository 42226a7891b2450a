import { runMain } from "@waiter/lifecycle";
import { loadWorkerConfig } from "./config.ts";
import { startWorker } from "./service.ts";
import { version } from "./version.ts";

runMain({ name: "worker", version, loadConfig: loadWorkerConfig, start: startWorker });
