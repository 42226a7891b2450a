import type { IncomingMessage } from "node:http";
import { BlockList, isIPv6 } from "node:net";
import { LRUCache } from "lru-cache";
import { normalizeAddress } from "./client-address.ts";

type ClientRequest = Pick<IncomingMessage, "headers"> & {
  readonly socket: { readonly remoteAddress?: string | undefined };
};

/**
 * Reads the client's address and host; forwarding headers count only from trusted CIDRs. Every
 * address is normalized, so that one client has one spelling. No result refers to the memory of
 * the request's headers.
 */
export class TrustedProxies {
  readonly #trusted = new BlockList();
  /** Answers of `#trusted`, which takes 10 µs each; connections arrive from few proxies. */
  readonly #known = new LRUCache<string, boolean>({ max: 10_000 });

  constructor(cidrs: readonly string[]) {
    for (const cidr of cidrs) {
      const [address = "", bits] = cidr.split("/");
      if (bits === undefined) this.#trusted.addAddress(address, familyOf(address));
      else this.#trusted.addSubnet(address, Number(bits), familyOf(address));
    }
  }

  /**
   * The client's address: X-Forwarded-For read from the right while the hops are trusted, up to the
   * first hop that is not an address. Empty if the connection has no address any more.
   */
  addressOf({ socket, headers }: ClientRequest): string {
    let address = normalizeAddress(socket.remoteAddress ?? "") ?? "";
    const header = headers["x-forwarded-for"];
    if (header === undefined) return address;
    const forwarded = String(header).split(",");
    for (let hop = forwarded.pop(); hop !== undefined && this.#isTrusted(address);) {
      const next = normalizeAddress(hop);
      if (next === undefined) break;
      address = next;
      hop = forwarded.pop();
    }
    return copyOf(address);
  }

  /** The requested host: the first X-Forwarded-Host of a trusted proxy (as Express), else Host. */
  hostOf({ socket, headers }: ClientRequest): string {
    const forwarded = String(headers["x-forwarded-host"] ?? "")
      .split(",", 1)[0]
      ?.trim();
    return forwarded !== undefined && forwarded !== "" && this.isPeerTrusted({ socket })
      ? forwarded
      : (headers.host ?? "");
  }

  /** Whether the connection is a trusted proxy's. */
  isPeerTrusted({ socket }: Pick<ClientRequest, "socket">): boolean {
    return this.#isTrusted(normalizeAddress(socket.remoteAddress ?? "") ?? "");
  }

  #isTrusted(address: string): boolean {
    if (address === "") return false;
    let isTrusted = this.#known.get(address);
    if (isTrusted === undefined) {
      isTrusted = this.#trusted.check(address, familyOf(address));
      this.#known.set(copyOf(address), isTrusted);
    }
    return isTrusted;
  }
}

const familyOf = (address: string): "ipv4" | "ipv6" => (isIPv6(address) ? "ipv6" : "ipv4");

/** V8 keeps the whole header alive for a slice of it. */
const copyOf = (text: string): string => Buffer.from(text, "latin1").toString("latin1");
