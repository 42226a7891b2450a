import { LRUCache } from "lru-cache";
import webPush from "web-push";

/** VAPID: the key pair that subscriptions were made with, and a contact for push services. */
export interface VapidKeys {
  readonly subject: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

/** A token is valid for twice as long as it is used, ms. RFC 8292 allows 24 hours. */
const usedMs = 3_600_000;

/** Signs for push services (RFC 8292): one token per service and hour, not one per push. */
export class VapidSigner {
  readonly #keys: VapidKeys;
  readonly #headers = new LRUCache<string, string>({ max: 1_000, ttl: usedMs });

  constructor(keys: VapidKeys) {
    this.#keys = keys;
  }

  /** The `Authorization` header of a push to this endpoint. */
  authorization(endpoint: string): string {
    const audience = new URL(endpoint).origin;
    const known = this.#headers.get(audience);
    if (known !== undefined) return known;
    const { subject, publicKey, privateKey } = this.#keys;
    const expiry = Math.floor((Date.now() + 2 * usedMs) / 1_000);
    const { Authorization: header } = webPush.getVapidHeaders(
      audience,
      subject,
      publicKey,
      privateKey,
      "aes128gcm",
      expiry,
    );
    this.#headers.set(audience, header);
    return header;
  }
}
