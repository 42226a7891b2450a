/** The parts of an address that socket.io-client reads. */
export interface Address {
  readonly source: string;
  readonly protocol: string;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  /** Empty for the protocol's own. */
  readonly port: string;
  readonly path: string;
  readonly query: string;
}

/**
 * Replaces `contrib/parseuri` of engine.io-client in the build of the pages: the SDK gives whole
 * addresses, which `URL` reads too.
 */
export function parse(source: string): Address {
  const { protocol, hostname, port, pathname, search } = new URL(source);
  return {
    source,
    protocol: protocol.slice(0, -1),
    host: hostname.replace(/[[\]]/g, ""),
    port,
    path: pathname,
    query: search.slice(1),
  };
}
