import { isIP } from "node:net";

/** Bits of an IPv6 address that name a customer: whoever has one address of such a block has all of them. */
const customerBits = 56;

/** What one customer counts as: an IPv4 address, or the first 56 bits of an IPv6 one. */
export function addressBlock(address: string): string {
  if (isIP(address) !== 6 || address.includes("%")) return address;
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const missing = 8 - groups(head).length - groups(tail ?? "").length;
  const all = [
    ...groups(head),
    ...Array.from({ length: missing }, () => "0"),
    ...groups(tail ?? ""),
  ].map((group) => group.padStart(4, "0"));
  return all.join("").slice(0, customerBits / 4);
}
