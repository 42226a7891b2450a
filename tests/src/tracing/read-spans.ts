import { readFields, type Field } from "./read-protobuf.ts";

/** A span as a collector receives it. */
export interface ReceivedSpan {
  /** `service.name` of the process. */
  readonly service: string;
  readonly name: string;
  readonly kind: "internal" | "server" | "client" | "producer" | "consumer" | "unspecified";
  readonly traceId: string;
  readonly spanId: string;
  /** Undefined for the root of a trace. */
  readonly parentId: string | undefined;
  /** `traceId/spanId` of each. */
  readonly links: readonly string[];
}

const kinds = ["unspecified", "internal", "server", "client", "producer", "consumer"] as const;

const messages = (bytes: Uint8Array, number: number): Uint8Array[] =>
  [...readFields(bytes)].flatMap((field) =>
    field.number === number && field.value instanceof Uint8Array ? [field.value] : [],
  );
const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();
const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString("hex");
const isNumber = (wanted: number) => (field: Field) => field.number === wanted;

/**
 * The spans of an `ExportTraceServiceRequest` (opentelemetry/proto/collector/trace/v1), by their
 * field numbers there.
 */
export function readSpans(body: Uint8Array): ReceivedSpan[] {
  return messages(body, 1).flatMap((resourceSpans) => {
    const service = serviceName(messages(resourceSpans, 1)[0]);
    return messages(resourceSpans, 2).flatMap((scopeSpans) =>
      messages(scopeSpans, 2).map((span) => readSpan(span, service)),
    );
  });
}

function serviceName(resource: Uint8Array | undefined): string {
  const attributes = resource === undefined ? [] : messages(resource, 1);
  const found = attributes.find((attribute) => text(messages(attribute, 1)[0]) === "service.name");
  const [value] = found === undefined ? [] : messages(found, 2);
  return value === undefined ? "" : text(messages(value, 1)[0]);
}

function readSpan(span: Uint8Array, service: string): ReceivedSpan {
  const kind = [...readFields(span)].find(isNumber(6))?.value;
  const parentId = hex(messages(span, 4)[0]);
  return {
    service,
    name: text(messages(span, 5)[0]),
    kind: kinds[Number(kind ?? 0)] ?? "unspecified",
    traceId: hex(messages(span, 1)[0]),
    spanId: hex(messages(span, 2)[0]),
    parentId: parentId === "" ? undefined : parentId,
    links: messages(span, 13).map(
      (link) => `${hex(messages(link, 1)[0])}/${hex(messages(link, 2)[0])}`,
    ),
  };
}
