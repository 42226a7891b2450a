export { currentTraceparent, withRemoteParent, withSpan } from "./helpers.ts";
export { traceHttp } from "./http-tracing.ts";
export { isTracing } from "./is-tracing.ts";
export { startTelemetry } from "./start-telemetry.ts";
