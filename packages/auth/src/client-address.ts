import { isIPv4, isIPv6 } from "node:net";

/**
 * The canonical form of an address, the same for every spelling: without port, brackets and zone
 * id, IPv4-mapped IPv6 as IPv4, IPv6 compressed in lower case.
 * @returns undefined if the text is not an IP address.
 */
export function normalizeAddress(text: string): string | undefined {
  // Fast paths: what a TCP socket calls an IPv4 peer.
  if (isIPv4(text)) return text;
  if (text.startsWith(mappedPrefix)) {
    const inner = text.slice(mappedPrefix.length);
    if (isIPv4(inner)) return inner;
  }
  const address = withoutPort(text.trim()).replace(/%.*$/, "");
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return undefined;
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(canonical);
  if (mapped === null) return canonical;
  const [high, low] = [mapped[1], mapped[2]].map((group) => Number.parseInt(group ?? "", 16));
  return [high, low].flatMap((group = 0) => [group >> 8, group & 255]).join(".");
}

/** Of an IPv4 peer on a socket for IPv4 and IPv6. */
const mappedPrefix = "::ffff:";

/** `1.2.3.4:80`, `[::1]` and `[::1]:80` without brackets and port. */
function withoutPort(text: string): string {
  return (
    /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^(\d[\d.]*):\d{1,5}$/.exec(text)?.[1] ?? text
  );
}

/**
 * The unit of address limits: an IPv4 address, or the first `bits` of an IPv6 address. A customer
 * owns all addresses of a /64, usually of a /56.
 * @param address in the form of {@link normalizeAddress}; other text is returned as it is.
 */
export function addressBlock(address: string, bits: 48 | 56 | 64 = 56): string {
  if (!address.includes(":") || !isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const groups = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const missing = 8 - groups(head).length - groups(tail ?? "").length;
  const all = [
    ...groups(head),
    ...Array.from({ length: missing }, () => "0"),
    ...groups(tail ?? ""),
  ].map((group) => group.padStart(4, "0"));
  return all.join("").slice(0, bits / 4);
}
