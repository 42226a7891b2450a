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

/** Bits of an IPv6 address that name a customer: whoever has one address of such a block has all of them. */
const customerBits = 56;

/** What one customer counts as: an IPv4 address, or the first 56 bits of an IPv6 one. */
export function addressBlock(address: string): string {
  if (isIP(address) !== 6 || address.includes("%")) return address;
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const missing = 8 - groups(head).length - groups(tail ?? "").length;
  const all = [...groups(head), ...Array.from({ length: missing }, () => "0"), ...groups(tail ?? "")].map((group) => group.padStart(4, "0"));
  return all.join("").slice(0, customerBits / 4);
}
