import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { KeyRing } from "@waiter/auth";
import type { Request } from "express";
import { cookiesOf, setCookie } from "./cookies.ts";
import { deriveKey } from "./derive-key.ts";

/** A browser that once logged in to a restaurant. */
export interface KnownDevice {
  readonly id: string;
}

/**
 * Marks browsers after a successful login, by a signed cookie that names the tenant and a random
 * id. Failed logins of others do not delay such a device. The mark authenticates nothing.
 */
export interface DeviceMarks {
  /** `Set-Cookie` for a browser that just logged in; its present id is kept. */
  issue(slug: string, device?: KnownDevice): string;
  read(request: Request, slug: string): KnownDevice | undefined;
}

const lifetimeS = 180 * 24 * 60 * 60;
const shape = /^([\w-]{22})\.([\w-]{43})$/;

export function createDeviceMarks(
  keys: KeyRing,
  { secure }: { readonly secure: boolean },
): DeviceMarks {
  const key = deriveKey(keys, "waiter device marks");
  const name = secure ? "__Host-waiter_device" : "waiter_device";
  const sign = (slug: string, id: string): string =>
    createHmac("sha256", key).update(`${slug} ${id}`).digest("base64url");
  return {
    issue: (slug, device) => {
      const id = device?.id ?? randomBytes(16).toString("base64url");
      return setCookie(name, `${id}.${sign(slug, id)}`, { maxAgeS: lifetimeS, secure, path: "/" });
    },
    read: (request, slug) => {
      for (const value of cookiesOf(request, name)) {
        const [, id, signature] = shape.exec(value) ?? [];
        if (id === undefined || signature === undefined) continue;
        if (timingSafeEqual(Buffer.from(sign(slug, id)), Buffer.from(signature))) return { id };
      }
      return undefined;
    },
  };
}
