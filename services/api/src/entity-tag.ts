import { createHash } from "node:crypto";

/**
 * The ETag of a text. Weak: an encoded answer has other bytes than the text, and means the same.
 * Express answers 304 where `If-None-Match` names it.
 */
export const entityTag = (text: string): string =>
  `W/"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;
