import { io } from "socket.io-client";
import type { Io } from "../connection/handshake.ts";
import { webcrypto } from "node:crypto";

export { defaultFetch } from "./node-fetch.ts";

/** Cryptographically random bytes. Node 18 has no global `crypto`. */
export const randomBytes = (count: number): Uint8Array =>
  webcrypto.getRandomValues(new Uint8Array(count));

/** The socket's code; in Node it is there from the start. */
export const importSocketIo = (): Promise<Io> => Promise.resolve(io);
