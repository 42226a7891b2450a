export { currentTraceparent, withRemoteParent, withSpan } from "./helpers.ts";
export { traceHttp } from "./http-tracing.ts";
export { startTelemetry } from "./start-telemetry.ts";
