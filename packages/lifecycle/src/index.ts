export { configErrorCode, reportConfigError, type ProcessName } from "./config-errors.ts";
export { createHttpServer, type HttpServerOptions } from "./create-http-server.ts";
export { Lifecycle, type LifecycleLog, type LifecycleState } from "./lifecycle.ts";
export { closeServer, listen } from "./listen.ts";
export { loop, type LoopOptions } from "./loop.ts";
export { readVersion } from "./read-version.ts";
export { runMain, type Main, type MainConfig } from "./run-main.ts";
export {
  runService,
  type ServiceOptions,
  type ServiceProcess,
  type ServiceTimers,
} from "./run-service.ts";
export { TimeoutError, withTimeout } from "./with-timeout.ts";
