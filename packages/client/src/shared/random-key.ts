import { randomBytes } from "#platform";

/** 128 random bits in hexadecimal. `crypto.randomUUID` is missing on pages without TLS. */
export const randomKey = (): string =>
  Array.from(randomBytes(16), (byte) => byte.toString(16).padStart(2, "0")).join("");
