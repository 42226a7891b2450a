export interface TelemetryOptions {
  /** `service.name` of every span, as `waiter-<service>`. */
  readonly service: string;
  readonly version: string;
  /** OTLP over HTTP, such as http://localhost:4318; without one tracing is off. */
  readonly endpoint?: string | undefined;
  /** Share of new traces kept, 0 to 1; a caller's decision comes first. All by default. */
  readonly sampleRatio?: number;
}

export interface Telemetry {
  /** Resolves once spans are recorded; at once while tracing is off. */
  readonly started: Promise<void>;
  /** Sends what is left, for at most 5 s; never rejects. */
  shutdown(): Promise<void>;
}

const off: Telemetry = { started: Promise.resolve(), shutdown: async () => undefined };

/**
 * Starts tracing when an endpoint is given. Without one nothing of the SDK is even loaded, and the
 * helpers of this package make no span: tracing off costs nothing. Spans carry what
 * OTEL_RESOURCE_ATTRIBUTES says.
 */
export function startTelemetry({
  endpoint,
  sampleRatio = 1,
  ...names
}: TelemetryOptions): Telemetry {
  if (endpoint === undefined) return off;
  const sdk = import("./sdk.ts").then(({ startSdk }) =>
    startSdk({ ...names, endpoint, sampleRatio }),
  );
  const started = sdk.then(() => undefined);
  started.catch(() => undefined);
  return {
    started,
    async shutdown() {
      try {
        await (await sdk).shutdown();
      } catch {
        // The collector is away: traces are not worth a failed stop.
      }
    },
  };
}
