export { createMetrics, type Metrics, type MetricsOptions } from "./create-metrics.ts";
export { definitions, type Definition, type Definitions, type MetricName } from "./definitions.ts";
export { observeHttp } from "./observe-http.ts";
export { observePools, type PoolState } from "./observe-pools.ts";
