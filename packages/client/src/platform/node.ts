import { webcrypto } from "node:crypto";

export { defaultFetch } from "./node-fetch.ts";

/** Cryptographically random bytes. Node 18 has no global `crypto`. */
export const randomBytes = (count: number): Uint8Array =>
  webcrypto.getRandomValues(new Uint8Array(count));
