import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = readonly [network: Address, bits: number];

/** The only IPv6 space that IANA assigns to hosts of the public internet. */
const globalUnicast: Network = [ipaddr.IPv6.parse("2000::"), 3];

/**
 * Which addresses an outgoing connection may reach. Allowed are public unicast addresses and the
 * networks that the operator lists. Every other range is refused: private, loopback, link-local,
 * unique-local, multicast, reserved, and forms that carry an IPv4 address (mapped, NAT64, 6to4).
 */
export class AddressRules {
  readonly #privateNetworks: readonly Network[];

  /** @param privateNetworks CIDRs; a bare address is a block of one. */
  constructor(privateNetworks: readonly string[]) {
    this.#privateNetworks = privateNetworks.map(parseNetwork);
  }

  /** Plain `http:` is allowed only inside the listed networks. */
  allows(text: string, protocol: string): boolean {
    if (!ipaddr.isValid(text)) return false;
    const address = ipaddr.parse(text);
    if (this.#privateNetworks.some((network) => isInside(address, network))) return true;
    return protocol === "https:" && isPublic(address);
  }
}

const isPublic = (address: Address): boolean =>
  address.range() === "unicast" && (address.kind() === "ipv4" || isInside(address, globalUnicast));

const isInside = (address: Address, [network, bits]: Network): boolean =>
  address.kind() === network.kind() && address.match(network, bits);

function parseNetwork(cidr: string): Network {
  if (cidr.includes("/")) return ipaddr.parseCIDR(cidr);
  const address = ipaddr.parse(cidr);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}
