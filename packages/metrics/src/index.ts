export { createMetrics, type Metrics } from "./create-metrics.ts";
/** @testonly */
export { definitions, type Definition, type MetricName } from "./definitions.ts";
export { observeHttp } from "./observe-http.ts";
export { observePools } from "./observe-pools.ts";
export { observePostgres } from "./observe-postgres.ts";
