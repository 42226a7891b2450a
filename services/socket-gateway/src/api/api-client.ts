import { problem } from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import { endOpenCircuit } from "@waiter/lifecycle";
import { currentTraceparent } from "@waiter/telemetry";
import {
  bulkhead,
  BulkheadRejectedError,
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  wrap,
} from "cockatiel";
import { errors, Pool } from "undici";
import type { z } from "zod";
import { ApiProblem } from "./api-problem.ts";

export interface ApiClientOptions {
  /** Origin of the api. With https its certificate names this host, and no restaurant's. */
  readonly origin: string;
  readonly domainUrl: string;
  /** Shared secret of the /internal routes. */
  readonly internalToken: string;
  /** Keep-alive connections. */
  readonly connections: number;
  /** Calls in flight, and calls that wait in the queue; calls beyond both are refused. */
  readonly maxInFlight: number;
  readonly maxQueued: number;
  /** Calls in flight and waiting of the clients of one restaurant; further ones are refused. */
  readonly maxPerTenant: number;
  readonly timeoutMs: number;
  /** Consecutive failures that open the circuit, and how long it stays open. */
  readonly breakAfter: number;
  readonly halfOpenAfterMs: number;
  readonly onCircuit?: (state: "closed" | "halfOpen" | "open") => void;
}
export const defaultApiOptions = {
  connections: 64,
  maxInFlight: 512,
  maxQueued: 2_000,
  maxPerTenant: 2_000,
  timeoutMs: 5_000,
  breakAfter: 8,
  halfOpenAfterMs: 2_000,
} as const;

/** The user for whom the gateway calls the api: own token, own restaurant. */
export interface Caller {
  readonly slug: string;
  readonly token: string;
  /** The client's address. The api uses it only if TRUSTED_PROXIES there lists this gateway. */
  readonly address?: string;
}
export interface ApiCall<Answer extends z.ZodType> {
  readonly method: "GET" | "POST";
  /** Path and query; the caller encodes the values in it. */
  readonly path: string;
  /** Absent: an /internal call of the gateway itself. */
  readonly caller?: Caller;
  readonly body?: object;
  readonly idempotencyKey?: string | undefined;
  readonly answer: Answer;
}

/** Statuses of a proxy whose api is unreachable; a 503 of the api itself is an answer. */
const gone = new Set([502, 504]);
class ApiUnreachable extends Error {}

interface Exchanged {
  readonly status: number;
  readonly text: string;
}

/**
 * Calls the api over a keep-alive pool, behind a circuit breaker and a limit on calls in flight.
 *
 * `call` resolves with the parsed answer. It rejects with `ApiProblem` when the api refused,
 * `unavailable` when the api is unreachable or the circuit is open, `overloaded` when the queue is
 * full or the caller's restaurant has its share of it, `bad_request` when a value cannot be sent in
 * a header, and `internal` when the answer does not match its schema. A POST is sent once; a retry
 * must use the same idempotency key.
 */
export class ApiClient {
  readonly #pool: Pool;
  readonly #options: ApiClientOptions;
  readonly #hostSuffix: string;
  /** For TLS; else undici takes the Host header, and connects again for each restaurant. */
  readonly #servername: string;
  /** Calls in flight and waiting, by restaurant. */
  readonly #held = new Map<string, number>();
  readonly #policy;
  readonly #endPause: () => void;

  constructor(options: ApiClientOptions) {
    this.#options = options;
    this.#hostSuffix = new URL(options.domainUrl).host;
    this.#servername = new URL(options.origin).hostname;
    this.#pool = new Pool(options.origin, {
      connections: options.connections,
      pipelining: 1,
      connect: { timeout: options.timeoutMs },
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
      keepAliveTimeout: 30_000,
      // Spreads load to api pods that start later.
      maxRequestsPerClient: 1_000,
    });
    const breaker = circuitBreaker(
      handleWhen((error) => error instanceof ApiUnreachable),
      {
        halfOpenAfter: options.halfOpenAfterMs,
        breaker: new ConsecutiveBreaker(options.breakAfter),
      },
    );
    breaker.onStateChange((state) => options.onCircuit?.(circuitName(state)));
    this.#endPause = endOpenCircuit(breaker, CircuitState.Open, options.halfOpenAfterMs);
    options.onCircuit?.("closed");
    this.#policy = wrap(bulkhead(options.maxInFlight, options.maxQueued), breaker);
  }

  async call<Answer extends z.ZodType>(call: ApiCall<Answer>): Promise<z.output<Answer>> {
    const { status, text } = await this.#inShare(call);
    if (status >= 400) throw refusal(status, text);
    return answerOf(call, text);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #inShare(call: ApiCall<z.ZodType>): Promise<Exchanged> {
    const slug = call.caller?.slug;
    if (slug === undefined) return this.#ask(call);
    const held = this.#held.get(slug) ?? 0;
    if (held >= this.#options.maxPerTenant) throw new AppError("overloaded");
    this.#held.set(slug, held + 1);
    try {
      return await this.#ask(call);
    } finally {
      const left = (this.#held.get(slug) ?? 1) - 1;
      if (left > 0) this.#held.set(slug, left);
      else this.#held.delete(slug);
    }
  }

  async #ask(call: ApiCall<z.ZodType>): Promise<Exchanged> {
    this.#endPause();
    try {
      // For the circuit breaker a refusal by the api counts as a success.
      return await this.#policy.execute(() => this.#exchange(call));
    } catch (error) {
      if (error instanceof BulkheadRejectedError)
        throw new AppError("overloaded", { cause: error });
      if (error instanceof BrokenCircuitError || error instanceof ApiUnreachable)
        throw new AppError("unavailable", { cause: error });
      throw error;
    }
  }

  async #exchange(call: ApiCall<z.ZodType>): Promise<Exchanged> {
    const exchanged = await this.#request(call);
    if (gone.has(exchanged.status))
      throw new ApiUnreachable(`the api's proxy answered ${exchanged.status}`);
    return exchanged;
  }

  async #request(call: ApiCall<z.ZodType>): Promise<Exchanged> {
    try {
      // A variable, as the types of undici do not name `servername`.
      const request = {
        method: call.method,
        path: call.path,
        servername: this.#servername,
        headers: this.#headers(call),
        body: call.body === undefined ? null : JSON.stringify(call.body),
      };
      const response = await this.#pool.request(request);
      return { status: response.statusCode, text: await response.body.text() };
    } catch (cause) {
      // Nothing was sent: one client's invalid value must not open the circuit for all clients.
      if (cause instanceof errors.InvalidArgumentError)
        throw new AppError("bad_request", { detail: "A value cannot be sent as it is.", cause });
      throw new ApiUnreachable("the api cannot be reached", { cause });
    }
  }

  #headers({ caller, body, idempotencyKey }: ApiCall<z.ZodType>): Record<string, string> {
    const traceparent = currentTraceparent();
    return {
      host: caller === undefined ? this.#hostSuffix : `${caller.slug}.${this.#hostSuffix}`,
      accept: "application/json",
      authorization:
        caller === undefined ? `Internal ${this.#options.internalToken}` : `Bearer ${caller.token}`,
      ...(caller?.address && { "x-forwarded-for": caller.address }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
      ...(traceparent !== undefined && { traceparent }),
    };
  }
}

/** A malformed answer is the api's fault: it must not be reported as bad input of the client. */
function answerOf<Answer extends z.ZodType>(
  { answer, method, path }: ApiCall<Answer>,
  text: string,
): z.output<Answer> {
  try {
    return answer.parse(text === "" ? undefined : JSON.parse(text));
  } catch (cause) {
    throw new AppError("internal", {
      cause: new Error(`the api's answer to ${method} ${path} does not match its schema`, {
        cause,
      }),
    });
  }
}

function refusal(status: number, text: string): Error {
  try {
    const parsed = problem.safeParse(JSON.parse(text));
    if (parsed.success) return new ApiProblem(status, parsed.data);
  } catch {
    // Not JSON: a proxy answered, not the api.
  }
  return new AppError(status === 503 ? "unavailable" : "internal", {
    cause: new Error(`the api answered ${status} without a problem`),
  });
}

function circuitName(state: CircuitState): "closed" | "halfOpen" | "open" {
  if (state === CircuitState.HalfOpen) return "halfOpen";
  return state === CircuitState.Closed ? "closed" : "open";
}
