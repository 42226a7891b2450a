import { isIP } from "node:net";

/** IPv6 bits that identify a customer, who owns all addresses of the block. */
const customerBits = 56;

/** The unit of address limits: an IPv4 address, or the first 56 bits of an IPv6 address. */
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
