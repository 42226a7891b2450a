import { runMain } from "@waiter/lifecycle";
import { loadGatewayConfig } from "./config.ts";
import { startGateway } from "./service.ts";
import { version } from "./version.ts";

runMain({ name: "socket-gateway", version, loadConfig: loadGatewayConfig, start: startGateway });
