import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";

/** Reads the client's address and host; forwarding headers count only from trusted CIDRs. */
export class TrustedProxies {
  readonly #trusted = new BlockList();

  constructor(cidrs: readonly string[]) {
    for (const cidr of cidrs) {
      const [address = "", bits] = cidr.split("/");
      if (bits === undefined) this.#trusted.addAddress(address, familyOf(address));
      else this.#trusted.addSubnet(address, Number(bits), familyOf(address));
    }
  }

  /** The client's address: X-Forwarded-For read from the right while the hops are trusted. */
  addressOf({ socket, headers }: IncomingMessage): string {
    let address = plain(socket.remoteAddress ?? "");
    const forwarded = String(headers["x-forwarded-for"] ?? "")
      .split(",")
      .map((part) => plain(part.trim()));
    for (
      let hop = forwarded.pop();
      hop !== undefined && isIP(hop) !== 0 && this.#isTrusted(address);
      hop = forwarded.pop()
    )
      address = hop;
    return address;
  }

  /** The requested host: the first X-Forwarded-Host of a trusted proxy (as Express), else Host. */
  hostOf({ socket, headers }: IncomingMessage): string {
    const forwarded = String(headers["x-forwarded-host"] ?? "")
      .split(",", 1)[0]
      ?.trim();
    return forwarded !== undefined &&
      forwarded !== "" &&
      this.#isTrusted(plain(socket.remoteAddress ?? ""))
      ? forwarded
      : (headers.host ?? "");
  }

  #isTrusted(address: string): boolean {
    return isIP(address) !== 0 && this.#trusted.check(address, familyOf(address));
  }
}

const familyOf = (address: string): "ipv4" | "ipv6" => (isIP(address) === 6 ? "ipv6" : "ipv4");

/** `::ffff:10.0.0.1` is 10.0.0.1. */
const plain = (address: string): string =>
  address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
