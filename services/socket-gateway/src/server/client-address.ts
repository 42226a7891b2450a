import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";

/** Reads the client's address: X-Forwarded-For is believed from the right, as far as the proxies are trusted. */
export function createAddressReader(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const trusted = new BlockList();
  for (const cidr of trustedProxies) addTrusted(trusted, cidr);
  return (request) => {
    let address = plain(request.socket.remoteAddress ?? "");
    const forwarded = String(request.headers["x-forwarded-for"] ?? "")
      .split(",")
      .map((part) => plain(part.trim()));
    for (let hop = forwarded.pop(); hop !== undefined && isIP(hop) !== 0 && isTrusted(trusted, address); hop = forwarded.pop()) address = hop;
    return address;
  };
}

function addTrusted(list: BlockList, cidr: string): void {
  const [address = "", bits] = cidr.split("/");
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  if (bits === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(bits), family);
}

const isTrusted = (list: BlockList, address: string): boolean => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");

/** `::ffff:10.0.0.1` is 10.0.0.1. */
const plain = (address: string): string => (address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address);
