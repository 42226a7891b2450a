/** Bytes of r and of s on P-256. */
const half = 32;
const sequence = 0x30;
const integer = 0x02;

/**
 * Converts an ES256 signature from JWS form (RFC 7518, 3.4: r, then s, 32 bytes each) to DER (RFC
 * 3279, 2.2.3), OpenSSL's default. Node also accepts the JWS form through an options object, but
 * each check then costs a third more. Undefined for any other length.
 */
export function toDerSignature(signature: Buffer): Buffer | undefined {
  if (signature.length !== 2 * half) return undefined;
  const [r, s] = [toInteger(signature.subarray(0, half)), toInteger(signature.subarray(half))];
  return Buffer.concat([Buffer.of(sequence, r.length + s.length), r, s]);
}

/** A DER integer: no redundant leading zero, but one where the first bit would make it negative. */
function toInteger(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const digits = bytes.subarray(start);
  const sign = (digits[0] ?? 0) >= 0x80 ? [0] : [];
  return Buffer.concat([Buffer.of(integer, digits.length + sign.length, ...sign), digits]);
}
