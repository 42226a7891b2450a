export {
  currentTraceparent,
  traceHeaders,
  withRemoteParent,
  withSpan,
  type SpanOptions,
} from "./helpers.ts";
export { traceHttp } from "./http-tracing.ts";
export { startTelemetry, type Telemetry, type TelemetryOptions } from "./start-telemetry.ts";
