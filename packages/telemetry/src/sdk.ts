import { context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceAttributesEnvDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { NodeSDK } from "@opentelemetry/sdk-node";
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace";
import { setTracing } from "./is-tracing.ts";

/** How long an export may take, and so the last one at a stop, ms. */
const exportTimeoutMs = 5_000;

interface SdkOptions {
  readonly service: string;
  readonly version: string;
  readonly endpoint: string;
  readonly sampleRatio: number;
}

/**
 * Installs the SDK behind the API: batches over OTLP/protobuf, W3C propagation, async context.
 * Loaded only when tracing is on.
 */
export function startSdk({ service, version, endpoint, sampleRatio }: SdkOptions): {
  shutdown(): Promise<void>;
} {
  const exporter = new OTLPTraceExporter({
    url: tracesUrl(endpoint),
    timeoutMillis: exportTimeoutMs,
  });
  const sdk = new NodeSDK({
    resource: resourceFromAttributes({
      "service.name": service.startsWith("waiter") ? service : `waiter-${service}`,
      "service.version": version,
    }),
    resourceDetectors: [resourceAttributesEnvDetector],
    contextManager: new AsyncLocalStorageContextManager(),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        exportTimeoutMillis: exportTimeoutMs,
        scheduledDelayMillis: 1_000,
        maxQueueSize: 8_192,
      }),
    ],
    // Metrics are Prometheus', logs are winston's: nothing of either goes over OTLP.
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
  });
  sdk.start();
  setTracing(true);
  return {
    async shutdown() {
      setTracing(false);
      await sdk.shutdown();
      trace.disable();
      propagation.disable();
      context.disable();
    },
  };
}

/** The collector's base URL, or its traces path as it is. */
const tracesUrl = (endpoint: string): string =>
  /\/v1\/traces\/?$/.test(endpoint) ? endpoint : `${endpoint.replace(/\/+$/, "")}/v1/traces`;
