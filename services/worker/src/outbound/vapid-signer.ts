import { LRUCache } from "lru-cache";
import webPush from "web-push";

/** VAPID: the key pair that subscriptions were made with, and a contact for push services. */
export interface VapidKeys {
  readonly subject: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

/** A token is valid for twice as long as it is used, s. RFC 8292 allows 24 hours. */
const usedS = 3_600;

/** An `Authorization` header, and when its token expires, s since the epoch. */
interface Signed {
  readonly header: string;
  readonly expiry: number;
}

/**
 * Signs for push services (RFC 8292): one token per service and hour, not one per push. A token of
 * before the clock was set is not used: a service that refuses it fails the push.
 */
export class VapidSigner {
  readonly #keys: VapidKeys;
  readonly #signed = new LRUCache<string, Signed>({ max: 1_000 });

  constructor(keys: VapidKeys) {
    this.#keys = keys;
  }

  /** The `Authorization` header of a push to this endpoint. */
  authorization(endpoint: string): string {
    const audience = new URL(endpoint).origin;
    const now = Math.floor(Date.now() / 1_000);
    const known = this.#signed.get(audience);
    if (known !== undefined && now + usedS < known.expiry && known.expiry <= now + 2 * usedS)
      return known.header;
    const { subject, publicKey, privateKey } = this.#keys;
    const expiry = now + 2 * usedS;
    const { Authorization: header } = webPush.getVapidHeaders(
      audience,
      subject,
      publicKey,
      privateKey,
      "aes128gcm",
      expiry,
    );
    this.#signed.set(audience, { header, expiry });
    return header;
  }
}
