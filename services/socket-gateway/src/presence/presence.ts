import type { PresenceMessage } from "@waiter/contracts";
import type { PresenceStore } from "./presence-store.ts";

export interface PresenceOptions {
  readonly store: Pick<PresenceStore, "refresh" | "remove">;
  /** Members (`staffId:socketId`) of a tenant on this gateway. */
  readonly localMembers: (tenantId: string) => string[];
  readonly tenants: () => string[];
  /** Tells the tenant's staff, on every gateway or on this one. */
  readonly tell: (tenantId: string, message: PresenceMessage, reach: "all" | "local") => void;
  readonly refreshMs: number;
  readonly expiryMs: number;
  readonly onError: (error: unknown) => void;
}

/**
 * Who of a tenant's staff has a screen connected: ephemeral, outside seq, always sent whole.
 *
 * A socket that comes is noted and told at once, to all gateways. One that goes is left to expire (45 s after it was last
 * refreshed), so that a page being reloaded does not make a person flicker; a person who logs out is removed at once.
 * Every gateway refreshes its own members in one batch every 20 s, and tells its own rooms what changed without anybody
 * saying so, as when a gateway died.
 */
export class Presence {
  readonly #options: PresenceOptions;
  /** What each tenant's local staff was last told. */
  readonly #told = new Map<string, string>();
  readonly #lateChecks = new Map<string, NodeJS.Timeout>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => void this.refreshAll(), this.#options.refreshMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
    for (const timer of this.#lateChecks.values()) clearTimeout(timer);
    this.#lateChecks.clear();
  }

  /** A staff socket has joined. Resolves with the state to greet it with; undefined while Redis is away. */
  async join(tenantId: string, member: string): Promise<PresenceMessage | undefined> {
    const ids = await this.#refresh(tenantId, [member]);
    if (ids === undefined) return undefined;
    this.#tellIfChanged(tenantId, ids, "all");
    return toMessage(ids);
  }

  /** A staff socket has gone: looked at again once its member has expired. */
  leave(tenantId: string): void {
    if (this.#lateChecks.has(tenantId)) return;
    const timer = setTimeout(() => {
      this.#lateChecks.delete(tenantId);
      void this.#check(tenantId, "all");
    }, this.#options.expiryMs + 500);
    timer.unref();
    this.#lateChecks.set(tenantId, timer);
  }

  /** These sockets will not come back: their session was ended. */
  async remove(tenantId: string, members: readonly string[]): Promise<void> {
    try {
      await this.#options.store.remove(tenantId, members);
      await this.#check(tenantId, "all");
    } catch (error) {
      this.#options.onError(error);
    }
  }

  async refreshAll(): Promise<void> {
    await Promise.all(this.#options.tenants().map((tenantId) => this.#check(tenantId, "local")));
    this.#forgetAbsent();
  }

  /** Somebody else told this tenant's staff through the room. */
  noteTold(tenantId: string, message: unknown): void {
    this.#told.set(tenantId, JSON.stringify(message));
  }

  async #check(tenantId: string, reach: "all" | "local"): Promise<void> {
    const ids = await this.#refresh(tenantId, this.#options.localMembers(tenantId));
    if (ids !== undefined) this.#tellIfChanged(tenantId, ids, reach);
  }

  async #refresh(tenantId: string, members: readonly string[]): Promise<string[] | undefined> {
    try {
      return await this.#options.store.refresh(tenantId, members);
    } catch (error) {
      this.#options.onError(error);
      return undefined;
    }
  }

  #tellIfChanged(tenantId: string, ids: readonly string[], reach: "all" | "local"): void {
    const message = toMessage(ids);
    const text = JSON.stringify(message);
    if (this.#told.get(tenantId) === text) return;
    this.#told.set(tenantId, text);
    this.#options.tell(tenantId, message, reach);
  }

  #forgetAbsent(): void {
    const present = new Set(this.#options.tenants());
    for (const tenantId of this.#told.keys())
      if (!present.has(tenantId)) this.#told.delete(tenantId);
  }
}

const toMessage = (ids: readonly string[]): PresenceMessage => ({
  staff: ids.map((id) => ({ id, state: "online" as const })),
});
