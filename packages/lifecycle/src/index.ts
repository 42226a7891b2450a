export { reportConfigError } from "./config-errors.ts";
export { createHttpServer, type HttpServerOptions } from "./create-http-server.ts";
export { Lifecycle } from "./lifecycle.ts";
export { closeServer, listen } from "./listen.ts";
export { loop } from "./loop.ts";
export { readVersion } from "./read-version.ts";
export { runMain } from "./run-main.ts";
export { TimeoutError, withTimeout } from "./with-timeout.ts";
export { inSlices } from "./in-slices.ts";
