/** Polynomial of CRC-16/XMODEM, as the Redis Cluster specification names it. */
const polynomial = 0x1021;

/** The slot of a Redis Cluster, 0 to 16383, that a hash tag (without its braces) belongs to. */
export function hashSlot(tag: string): number {
  let crc = 0;
  for (const byte of Buffer.from(tag)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1)
      crc = ((crc << 1) ^ ((crc & 0x8000) === 0 ? 0 : polynomial)) & 0xffff;
  }
  return crc % 16_384;
}
