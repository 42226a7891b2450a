import type { Metrics } from "@waiter/metrics";
import { Agent, type Dispatcher } from "undici";
import { AddressRules } from "./address-rules.ts";
import { CircuitGauges } from "./circuit-gauges.ts";
import { createGuardedConnector } from "./guarded-connector.ts";
import {
  HostFailure,
  HostGuards,
  type GuardOptions,
  type Refusal,
  type Target,
} from "./host-guards.ts";
import { OutboundError } from "./outbound-error.ts";
import { readAnswer } from "./read-answer.ts";
import { createResolveHost, type ResolveHost } from "./resolve-host.ts";

type OutboundMetrics = Pick<
  Metrics,
  "circuitState" | "outboundCircuits" | "outboundRequests" | "outboundDuration"
>;

export interface OutboundOptions extends GuardOptions {
  /** CIDRs that may be reached although they are private; plain http is allowed in these alone. */
  readonly privateNetworks: readonly string[];
  /** From the call to the end of the answer, ms. */
  readonly timeoutMs: number;
  /** Bytes of an answer's body that are read; the rest is dropped. */
  readonly maxAnswerBytes: number;
  readonly metrics: OutboundMetrics;
  /** Replaces DNS in tests. */
  readonly resolve?: ResolveHost;
}

export interface OutboundCall {
  readonly target: Target;
  readonly url: string;
  readonly method: "POST" | "PUT";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** At most `maxAnswerBytes`. */
  readonly text: string;
}

/**
 * The one client for HTTP to hosts that tenants and browsers name. Follows no redirect: a 3xx is an
 * answer like any other. Sends each call once; retries belong to the queue.
 */
export class OutboundClient {
  readonly #options: OutboundOptions;
  readonly #agent: Agent;
  readonly #guards: HostGuards;

  constructor(options: OutboundOptions) {
    this.#options = options;
    const { timeoutMs, privateNetworks } = options;
    this.#agent = new Agent({
      connect: createGuardedConnector({
        rules: new AddressRules(privateNetworks),
        resolve:
          options.resolve ?? createResolveHost({ withHostsFile: privateNetworks.length > 0 }),
        timeoutMs,
      }),
      connections: options.perHost,
      pipelining: 1,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      keepAliveTimeout: 15_000,
    });
    this.#guards = new HostGuards(options, new CircuitGauges(options.metrics));
  }

  /** How a call to the host of this URL would be refused now; undefined: it may be sent. */
  refusal(target: Target, url: string): Refusal | undefined {
    return URL.canParse(url) ? this.#guards.refusal(target, new URL(url).host) : undefined;
  }

  /** Rejects with `OutboundError`; every status is an answer. */
  async send(call: OutboundCall): Promise<OutboundAnswer> {
    const { outboundRequests, outboundDuration } = this.#options.metrics;
    const { target } = call;
    const stop = outboundDuration.startTimer({ target });
    try {
      const answer = await this.#send(call);
      outboundRequests.inc({ target, outcome: `${Math.floor(answer.status / 100)}xx` });
      return answer;
    } catch (error) {
      if (error instanceof OutboundError) outboundRequests.inc({ target, outcome: error.reason });
      throw error;
    } finally {
      stop();
    }
  }

  /** Waits for no call in flight. */
  close(): Promise<void> {
    return this.#agent.destroy();
  }

  async #send(call: OutboundCall): Promise<OutboundAnswer> {
    const url = parseUrl(call.url);
    let answer: OutboundAnswer | undefined;
    try {
      return await this.#guards.run(call.target, url.host, async () => {
        answer = await this.#exchange(url, call);
        // An answer as well: the circuit counts it, the caller reads it.
        if (answer.status >= 500) throw new HostFailure(`the host answered ${answer.status}`);
        return answer;
      });
    } catch (error) {
      if (!(error instanceof HostFailure)) throw error;
      if (answer !== undefined) return answer;
      throw error.cause;
    }
  }

  async #exchange(url: URL, { method, headers, body }: OutboundCall): Promise<OutboundAnswer> {
    const signal = AbortSignal.timeout(this.#options.timeoutMs);
    const response = await this.#agent
      .request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method,
        headers,
        body,
        signal,
      })
      .catch((error: unknown) => {
        throw failureOf(error, signal);
      });
    return {
      status: response.statusCode,
      retryAfter: headerOf(response, "retry-after"),
      text: await readAnswer(response.body, this.#options.maxAnswerBytes),
    };
  }
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    url.username !== "" ||
    url.password !== ""
  )
    throw new OutboundError("url_refused");
  return url;
}

/** A refusal of ours says nothing about the host; everything else counts for its circuit. */
function failureOf(error: unknown, signal: AbortSignal): Error {
  if (error instanceof OutboundError) return error;
  const isTimeout =
    signal.aborted ||
    (error instanceof Error &&
      /^UND_ERR_\w*TIMEOUT$/.test((error as { code?: string }).code ?? ""));
  const cause = new OutboundError(isTimeout ? "timed_out" : "unreachable", { cause: error });
  return new HostFailure(cause.message, { cause });
}

function headerOf({ headers }: Dispatcher.ResponseData, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
