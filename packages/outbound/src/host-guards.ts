import { endOpenCircuit } from "@waiter/lifecycle";
import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  type CircuitBreakerPolicy,
} from "cockatiel";
import { LRUCache } from "lru-cache";
import { CallGate } from "./call-gate.ts";
import type { CircuitGauges } from "./circuit-gauges.ts";
import { OutboundError } from "./outbound-error.ts";

/** What calls are for: the label of metrics, and a bulkhead of its own. */
export type Target = "push" | "ntfy" | "webhook";

export interface GuardOptions {
  /** Calls in flight to one host. */
  readonly perHost: number;
  /** Calls in flight to all hosts of a target. */
  readonly perTarget: Readonly<Record<Target, number>>;
  /** Consecutive failures that open a host's circuit, and how long it stays open, ms. */
  readonly breakAfter: number;
  readonly halfOpenAfterMs: number;
  /** Hosts remembered; the host used least lately starts again with a closed circuit. */
  readonly hosts?: number;
}

/** How long a call waits for a place behind calls that make progress, ms. */
const patienceMs = 1_000;

/** Why a call would not be sent, and for how long at least, ms. */
export interface Refusal {
  readonly reason: "busy" | "circuit_open";
  readonly retryInMs: number;
}

/** A failure of the host, not of the call: only these open its circuit. */
export class HostFailure extends Error {}

interface Guard {
  readonly gate: CallGate;
  readonly circuit: CircuitBreakerPolicy;
  /** Before each call; see {@link endOpenCircuit}. */
  readonly endPause: () => void;
  /** When the open circuit lets a call try again, by `performance.now()`. */
  retryAt: number;
}

/**
 * A bulkhead and a circuit breaker per host, and a bulkhead per target: a host that hangs or fails
 * holds a bounded share of the calls in flight and does not delay other hosts.
 */
export class HostGuards {
  readonly #options: GuardOptions;
  readonly #gauges: CircuitGauges;
  readonly #targets = new Map<Target, CallGate>();
  readonly #hosts: LRUCache<string, Guard>;

  constructor(options: GuardOptions, gauges: CircuitGauges) {
    this.#options = options;
    this.#gauges = gauges;
    this.#hosts = new LRUCache({
      max: options.hosts ?? 1_000,
      dispose: (_policy, key) => gauges.forget(key),
    });
  }

  /** How `run` would refuse a call now; undefined: it would not. */
  refusal(target: Target, host: string): Refusal | undefined {
    const guard = this.#hosts.get(keyOf(target, host));
    const openMs = guard === undefined ? 0 : this.#refusesForMs(guard);
    if (openMs > 0) return { reason: "circuit_open", retryInMs: openMs };
    const retryInMs = Math.max(this.#ofTarget(target).pauseMs(), guard?.gate.pauseMs() ?? 0);
    return retryInMs > 0 ? { reason: "busy", retryInMs } : undefined;
  }

  /** Throws `busy` or `circuit_open` without running `work`. */
  async run<T>(target: Target, host: string, work: () => Promise<T>): Promise<T> {
    const guard = this.#ofHost(target, host);
    const { gate, circuit } = guard;
    const execute = (): Promise<T> => {
      // The circuit would let further calls wait while its trial call runs.
      const retryInMs = this.#refusesForMs(guard);
      if (retryInMs > 0) throw new OutboundError("circuit_open", { retryInMs });
      guard.endPause();
      return circuit.execute(work);
    };
    try {
      return await this.#ofTarget(target).run(() => gate.run(execute));
    } catch (error) {
      if (error instanceof BrokenCircuitError)
        throw new OutboundError("circuit_open", {
          cause: error,
          retryInMs: this.#options.halfOpenAfterMs,
        });
      throw error;
    }
  }

  /** How long the circuit refuses calls at least, ms. */
  #refusesForMs({ circuit, retryAt }: Guard): number {
    if (circuit.state === CircuitState.HalfOpen) return this.#options.halfOpenAfterMs;
    return circuit.state === CircuitState.Open ? Math.max(0, retryAt - performance.now()) : 0;
  }

  #ofTarget(target: Target): CallGate {
    const existing = this.#targets.get(target);
    if (existing !== undefined) return existing;
    // Without patience: what waits holds a place among the worker's deliveries too.
    const gate = new CallGate(this.#options.perTarget[target], 0);
    this.#targets.set(target, gate);
    return gate;
  }

  #ofHost(target: Target, host: string): Guard {
    const key = keyOf(target, host);
    const existing = this.#hosts.get(key);
    if (existing !== undefined) return existing;
    const { perHost, breakAfter, halfOpenAfterMs } = this.#options;
    const circuit = circuitBreaker(
      handleWhen((error) => error instanceof HostFailure),
      { halfOpenAfter: halfOpenAfterMs, breaker: new ConsecutiveBreaker(breakAfter) },
    );
    const endPause = endOpenCircuit(circuit, CircuitState.Open, halfOpenAfterMs);
    const guard: Guard = {
      gate: new CallGate(perHost, patienceMs),
      circuit,
      endPause,
      retryAt: 0,
    };
    circuit.onStateChange((state) => {
      if (state === CircuitState.Open) guard.retryAt = performance.now() + halfOpenAfterMs;
      this.#gauges.set(target, key, levelOf(state));
    });
    this.#hosts.set(key, guard);
    this.#gauges.set(target, key, 0);
    return guard;
  }
}

const keyOf = (target: Target, host: string): string => `${target} ${host}`;

/** As `waiter_circuit_state` counts: 0 closed, 1 half open, 2 open. */
function levelOf(state: CircuitState): 0 | 1 | 2 {
  if (state === CircuitState.Closed) return 0;
  return state === CircuitState.HalfOpen ? 1 : 2;
}
