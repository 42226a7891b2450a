/** Bytes of r and of s on P-256. */
const half = 32;
const sequence = 0x30;
const integer = 0x02;

/**
 * An ES256 signature as JWS carries it (RFC 7518, 3.4: r, then s, 32 bytes each) in the form OpenSSL takes by default, the
 * DER of RFC 3279, 2.2.3. Node accepts the former too, by an options object that makes each check a third dearer.
 * Undefined for any other length.
 */
export function toDerSignature(signature: Buffer): Buffer | undefined {
  if (signature.length !== 2 * half) return undefined;
  const [r, s] = [toInteger(signature.subarray(0, half)), toInteger(signature.subarray(half))];
  return Buffer.concat([Buffer.of(sequence, r.length + s.length), r, s]);
}

/** An unsigned number: no needless zero before it, but one where its first bit would make it negative. */
function toInteger(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const digits = bytes.subarray(start);
  const sign = (digits[0] ?? 0) >= 0x80 ? [0] : [];
  return Buffer.concat([Buffer.of(integer, digits.length + sign.length, ...sign), digits]);
}
