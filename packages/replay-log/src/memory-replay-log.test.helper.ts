import type { Head } from "@waiter/contracts";
import { exactRange } from "./exact-range.ts";
import {
  replayLimits,
  type Appended,
  type LoggedEvent,
  type ReplayAnswer,
  type ReplayLimits,
  type ReplayLog,
} from "./replay-log.ts";

interface TenantLog {
  head: Head;
  touchedAt: number;
  readonly epochs: Map<string, { readonly envelopes: Map<number, string>; touchedAt: number }>;
}

/** A replay log in memory: the reference for the conformance suite. */
export class MemoryReplayLog implements ReplayLog {
  readonly #tenants = new Map<string, TenantLog>();
  readonly #limits: ReplayLimits;
  readonly #clock: () => number;

  constructor(limits: Partial<ReplayLimits> = {}, clock: () => number = Date.now) {
    this.#limits = { ...replayLimits, ...limits };
    this.#clock = clock;
  }

  async append({ tenantId, epoch, seq, envelope }: LoggedEvent): Promise<Appended> {
    const tenant = this.#find(tenantId) ?? {
      head: { epoch, seq },
      touchedAt: 0,
      epochs: new Map(),
    };
    this.#tenants.set(tenantId, tenant);
    const log = this.#log(tenant, epoch) ?? { envelopes: new Map<number, string>(), touchedAt: 0 };
    tenant.epochs.set(epoch, log);
    const before = log.envelopes.get(seq);
    log.envelopes.set(seq, envelope);
    const newest = Math.max(...log.envelopes.keys());
    this.#trim(log.envelopes);
    if (tenant.head.epoch !== epoch) tenant.head = { epoch, seq: newest };
    else if (seq > tenant.head.seq) tenant.head = { epoch, seq };
    tenant.touchedAt = log.touchedAt = this.#clock();
    return before !== undefined && before !== envelope ? "diverged" : "appended";
  }

  async read(
    tenantId: string,
    epoch: string,
    since: number,
    max = this.#limits.behind,
  ): Promise<ReplayAnswer> {
    const tenant = this.#find(tenantId);
    const envelopes = (tenant && this.#log(tenant, epoch)?.envelopes) ?? new Map<number, string>();
    const entries = [...envelopes]
      .map(([seq, envelope]) => ({ seq, envelope }))
      .toSorted((a, b) => a.seq - b.seq);
    return exactRange(tenant?.head, epoch, since, max, entries);
  }

  async head(tenantId: string): Promise<Head | undefined> {
    return this.#find(tenantId)?.head;
  }

  async heads(tenantIds: readonly string[]): Promise<Map<string, Head>> {
    return new Map(
      tenantIds.flatMap((tenantId) => {
        const head = this.#find(tenantId)?.head;
        return head === undefined ? [] : [[tenantId, head]];
      }),
    );
  }

  async replace(tenantId: string, head: Head, before: string): Promise<void> {
    const epochs = this.#find(tenantId)?.epochs ?? new Map();
    epochs.delete(before);
    this.#tenants.set(tenantId, { head, touchedAt: this.#clock(), epochs });
  }

  #find(tenantId: string): TenantLog | undefined {
    const tenant = this.#tenants.get(tenantId);
    return tenant !== undefined && this.#clock() - tenant.touchedAt < this.#limits.headTtlMs
      ? tenant
      : undefined;
  }

  #log(tenant: TenantLog, epoch: string) {
    const log = tenant.epochs.get(epoch);
    return log !== undefined && this.#clock() - log.touchedAt < this.#limits.logTtlMs
      ? log
      : undefined;
  }

  #trim(envelopes: Map<number, string>): void {
    const size = () =>
      envelopes.values().reduce((sum, envelope) => sum + Buffer.byteLength(envelope), 0);
    while (envelopes.size > this.#limits.events || size() > this.#limits.bytes)
      envelopes.delete(Math.min(...envelopes.keys()));
  }
}
