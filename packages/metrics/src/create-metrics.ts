import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import { definitions, type Definition, type Definitions, type MetricName } from "./definitions.ts";

type LabelsOf<D> = D extends { readonly labels: readonly (infer L extends string)[] } ? L : never;
type MetricOf<D extends Definition> = D["kind"] extends "counter"
  ? Counter<LabelsOf<D>>
  : D["kind"] extends "gauge"
    ? Gauge<LabelsOf<D>>
    : Histogram<LabelsOf<D>>;

/** One registry and every metric of Waiter as a typed member. */
export type Metrics = { readonly registry: Registry } & {
  readonly [Name in MetricName]: MetricOf<Definitions[Name]>;
};

export interface MetricsOptions {
  /**
   * The metrics that this process exports; the others accept writes and are not exported. All by
   * default.
   */
  readonly names?: readonly MetricName[];
  /** Whether to export Node's own; true by default. Tests that make many registries turn it off. */
  readonly defaults?: boolean;
}

/**
 * How often prom-client's event loop histogram wakes the process up, ms; its own default, 10, is
 * half of what an idle gateway costs.
 */
const eventLoopPrecisionMs = 100;

/**
 * Creates a process' metrics in a registry of their own. Call once per process, in `context.ts`.
 */
export function createMetrics({ names, defaults = true }: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  if (defaults)
    collectDefaultMetrics({
      register: registry,
      eventLoopMonitoringPrecision: eventLoopPrecisionMs,
    });
  const exported = names === undefined ? undefined : new Set<MetricName>(names);
  const members = (Object.keys(definitions) as MetricName[]).map((member) => {
    const registers = exported === undefined || exported.has(member) ? [registry] : [];
    return [member, createMetric(definitions[member], registers)] as const;
  });
  return { registry, ...Object.fromEntries(members) } as Metrics;
}

function createMetric(definition: Definition, registers: Registry[]): Counter | Gauge | Histogram {
  const { name, help } = definition;
  const labelNames = [...(definition.labels ?? [])];
  if (definition.kind === "counter") return new Counter({ name, help, labelNames, registers });
  if (definition.kind === "gauge") return new Gauge({ name, help, labelNames, registers });
  return new Histogram({ name, help, labelNames, buckets: [...definition.buckets], registers });
}
