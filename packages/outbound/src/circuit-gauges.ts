import type { Metrics } from "@waiter/metrics";

const states = ["closed", "half_open", "open"] as const;

/**
 * Shows the circuits of all hosts by target: `waiter_circuit_state` has the worst of a target's
 * hosts, `waiter_outbound_circuits` how many hosts are in each state. No label names a host:
 * tenants choose the hosts of webhooks.
 */
export class CircuitGauges {
  readonly #metrics: Pick<Metrics, "circuitState" | "outboundCircuits">;
  readonly #hosts = new Map<string, { readonly target: string; readonly level: 0 | 1 | 2 }>();

  constructor(metrics: Pick<Metrics, "circuitState" | "outboundCircuits">) {
    this.#metrics = metrics;
  }

  /** `level`: 0 closed, 1 half open, 2 open. */
  set(target: string, host: string, level: 0 | 1 | 2): void {
    this.#hosts.set(host, { target, level });
    this.#show(target);
  }

  forget(host: string): void {
    const known = this.#hosts.get(host);
    this.#hosts.delete(host);
    if (known !== undefined) this.#show(known.target);
  }

  #show(target: string): void {
    const levels = [...this.#hosts.values()].flatMap((host) =>
      host.target === target ? [host.level] : [],
    );
    this.#metrics.circuitState.set({ target }, Math.max(0, ...levels));
    for (const [level, state] of states.entries())
      this.#metrics.outboundCircuits.set(
        { target, state },
        levels.filter((one) => one === level).length,
      );
  }
}
