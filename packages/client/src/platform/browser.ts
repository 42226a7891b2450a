import type { Io } from "../connection/handshake.ts";

/** The platform's fetch, looked up at each call so that a page may replace it. */
export const defaultFetch: typeof fetch = (input, init) => globalThis.fetch(input, init);

/** Cryptographically random bytes. */
export const randomBytes = (count: number): Uint8Array =>
  globalThis.crypto.getRandomValues(new Uint8Array(count));

/** The socket's code; a page is drawn before it comes. */
export const importSocketIo = async (): Promise<Io> => (await import("socket.io-client")).io;
