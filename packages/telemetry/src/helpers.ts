import {
  context,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span,
} from "@opentelemetry/api";
import { isTracing } from "./is-tracing.ts";

const tracer = () => trace.getTracer("waiter");

export interface SpanOptions {
  readonly kind?: "internal" | "server" | "client" | "producer" | "consumer";
  readonly attributes?: Attributes;
  /**
   * W3C traceparents of spans that this one follows without being their child, as a fan-out does.
   */
  readonly links?: readonly (string | undefined)[];
  /** When it began, by `performance.now()`; now by default. */
  readonly startedAt?: number;
  /** Only as part of a trace: where none is active, `run` runs without a span. */
  readonly insideOnly?: boolean;
}

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** W3C trace context of the active span, where one is recorded. */
export function currentTraceparent(): string | undefined {
  const span = trace.getActiveSpan()?.spanContext();
  if (span === undefined || !isSpanContextValid(span)) return undefined;
  return `00-${span.traceId}-${span.spanId}-${(span.traceFlags & 0xff).toString(16).padStart(2, "0")}`;
}

/**
 * Runs `run` in a span that ends with it; what it throws marks the span as failed and is thrown on.
 */
export async function withSpan<T>(
  name: string,
  options: SpanOptions,
  run: (span: Span) => Promise<T> | T,
): Promise<T> {
  if (!isTracing() || (options.insideOnly === true && trace.getActiveSpan() === undefined))
    return await run(trace.wrapSpanContext(INVALID_SPAN_CONTEXT));
  const links = (options.links ?? []).flatMap(toLink);
  const details = {
    kind: kinds[options.kind ?? "internal"],
    ...(options.attributes !== undefined && { attributes: options.attributes }),
    ...(links.length > 0 && { links }),
    ...(options.startedAt !== undefined && { startTime: options.startedAt }),
  };
  return await tracer().startActiveSpan(name, details, async (span) => {
    try {
      return await run(span);
    } catch (error) {
      span.recordException(error instanceof Error ? error : String(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/**
 * Runs `run` as a continuation of the trace that `traceparent` names; as it is, without a valid
 * one.
 */
export function withRemoteParent<T>(traceparent: string | undefined, run: () => T): T {
  return traceparent === undefined ? run() : context.with(remoteContext(traceparent), run);
}

const remoteContext = (traceparent: string): Context =>
  propagation.extract(context.active(), { traceparent });

function toLink(traceparent: string | undefined): Link[] {
  if (traceparent === undefined) return [];
  const remote = trace.getSpanContext(remoteContext(traceparent));
  return remote !== undefined && isSpanContextValid(remote) ? [{ context: remote }] : [];
}
