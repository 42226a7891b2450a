import {
  bulkhead,
  BulkheadRejectedError,
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  wrap,
  type IPolicy,
} from "cockatiel";
import { LRUCache } from "lru-cache";
import { OutboundError } from "./outbound-error.ts";
import type { CircuitGauges } from "./circuit-gauges.ts";

export interface GuardOptions {
  /** Calls in flight to one host. */
  readonly perHost: number;
  /** Calls in flight to all hosts of one target. */
  readonly perTarget: number;
  /** Consecutive failures that open a host's circuit, and how long it stays open, ms. */
  readonly breakAfter: number;
  readonly halfOpenAfterMs: number;
  /** Hosts remembered; the host used least lately starts again with a closed circuit. */
  readonly hosts?: number;
}

/** A failure of the host, not of the call: only these open its circuit. */
export class HostFailure extends Error {}

/**
 * A bulkhead and a circuit breaker per host, and a bulkhead per target: a host that hangs or fails
 * holds a bounded share of the calls in flight and does not delay other hosts.
 */
export class HostGuards {
  readonly #options: GuardOptions;
  readonly #gauges: CircuitGauges;
  readonly #targets = new Map<string, IPolicy>();
  readonly #hosts: LRUCache<string, IPolicy>;

  constructor(options: GuardOptions, gauges: CircuitGauges) {
    this.#options = options;
    this.#gauges = gauges;
    this.#hosts = new LRUCache({
      max: options.hosts ?? 1_000,
      dispose: (_policy, key) => gauges.forget(key),
    });
  }

  /** Throws `busy` or `circuit_open` without running `work`. */
  async run<T>(target: string, host: string, work: () => Promise<T>): Promise<T> {
    try {
      return await this.#ofTarget(target).execute(() =>
        this.#ofHost(target, host).execute(() => work()),
      );
    } catch (error) {
      if (error instanceof BulkheadRejectedError) throw new OutboundError("busy", error);
      if (error instanceof BrokenCircuitError) throw new OutboundError("circuit_open", error);
      throw error;
    }
  }

  #ofTarget(target: string): IPolicy {
    const existing = this.#targets.get(target);
    if (existing !== undefined) return existing;
    const policy = bulkhead(this.#options.perTarget);
    this.#targets.set(target, policy);
    return policy;
  }

  #ofHost(target: string, host: string): IPolicy {
    const key = `${target} ${host}`;
    const existing = this.#hosts.get(key);
    if (existing !== undefined) return existing;
    const { perHost, breakAfter, halfOpenAfterMs } = this.#options;
    const breaker = circuitBreaker(
      handleWhen((error) => error instanceof HostFailure),
      { halfOpenAfter: halfOpenAfterMs, breaker: new ConsecutiveBreaker(breakAfter) },
    );
    breaker.onStateChange((state) => this.#gauges.set(target, key, levelOf(state)));
    const policy = wrap(bulkhead(perHost), breaker);
    this.#hosts.set(key, policy);
    this.#gauges.set(target, key, 0);
    return policy;
  }
}

/** As `waiter_circuit_state` counts: 0 closed, 1 half open, 2 open. */
function levelOf(state: CircuitState): 0 | 1 | 2 {
  if (state === CircuitState.Closed) return 0;
  return state === CircuitState.HalfOpen ? 1 : 2;
}
