import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { waitFor } from "@waiter/testkit";
import { readSpans, type ReceivedSpan } from "./read-spans.ts";

/** What a test looks for; every field given must be the span's. */
type Wanted = Partial<Pick<ReceivedSpan, "service" | "name" | "spanId" | "traceId" | "parentId">>;

/**
 * An OpenTelemetry collector, as far as OTLP over HTTP in protobuf goes, that keeps what it is
 * sent.
 */
export class Collector implements AsyncDisposable {
  readonly spans: ReceivedSpan[] = [];
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (
        request.url === "/v1/traces" &&
        request.headers["content-type"] === "application/x-protobuf"
      )
        this.spans.push(...readSpans(Buffer.concat(chunks)));
      response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
    });
  });

  static async start(): Promise<Collector> {
    const collector = new Collector();
    collector.#server.listen(0, "127.0.0.1");
    await once(collector.#server, "listening");
    return collector;
  }

  /** OTEL_EXPORTER_OTLP_ENDPOINT. */
  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  find(wanted: Wanted): ReceivedSpan[] {
    return this.spans.filter((span) =>
      Object.entries(wanted).every(([name, value]) => span[name as keyof Wanted] === value),
    );
  }

  /** The span that fits, once it has been exported. */
  async span(wanted: Wanted, timeoutMs = 20_000): Promise<ReceivedSpan> {
    return await waitFor(() => this.find(wanted)[0], timeoutMs, `a span ${JSON.stringify(wanted)}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
