import { channels, tenantMessage, type TenantMessage } from "@waiter/contracts";
import type { SubscriptionBarrier } from "./subscription-barrier.ts";

export interface TenantChannelsOptions {
  readonly barrier: SubscriptionBarrier;
  readonly onMessage: (tenantId: string, message: TenantMessage) => void;
  readonly onMalformed: (reason: string, channel: string) => void;
}

/** The channels of the tenants with sockets on this gateway: one subscription per tenant. */
export class TenantChannels {
  readonly #options: TenantChannelsOptions;
  /** Tenant by channel. */
  readonly #tenants = new Map<string, string>();

  constructor(options: TenantChannelsOptions) {
    this.#options = options;
    options.barrier.client.on("smessageBuffer", (channel, message) => {
      const tenantId = this.#tenants.get(String(channel));
      if (tenantId !== undefined) this.#receive(tenantId, String(channel), String(message));
    });
  }

  /** Subscribes. Resolves with true when confirmed, false if that takes longer than `waitMs`. */
  async open(tenantId: string, waitMs: number): Promise<boolean> {
    const { barrier } = this.#options;
    const channel = channels.tenant(tenantId);
    if (!this.#tenants.has(channel)) {
      this.#tenants.set(channel, tenantId);
      void barrier.client.ssubscribe(channel);
    }
    return barrier.confirmed(channel, waitMs);
  }

  close(tenantId: string): void {
    const channel = channels.tenant(tenantId);
    if (this.#tenants.delete(channel)) void this.#options.barrier.client.sunsubscribe(channel);
  }

  #receive(tenantId: string, channel: string, text: string): void {
    const message = tenantMessage.safeParse(parse(text));
    if (message.success) this.#options.onMessage(tenantId, message.data);
    // A type of a later release is no fault.
    else if (typeof (parse(text) as { type?: unknown } | undefined)?.type !== "string")
      this.#options.onMalformed("not a message of a tenant's channel", channel);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
