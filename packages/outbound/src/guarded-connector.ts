import type { LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { buildConnector } from "undici";
import type { AddressRules } from "./address-rules.ts";
import { OutboundError } from "./outbound-error.ts";
import type { ResolveHost } from "./resolve-host.ts";

export interface ConnectorOptions {
  readonly rules: AddressRules;
  readonly resolve: ResolveHost;
  readonly timeoutMs: number;
}

/**
 * Opens connections to allowed addresses only. The addresses that are checked are those that the
 * socket connects to, so a name that changes between a check and the connection gains nothing.
 */
export function createGuardedConnector({
  rules,
  resolve,
  timeoutMs,
}: ConnectorOptions): buildConnector.connector {
  const build = (protocol: string) =>
    buildConnector({
      timeout: timeoutMs,
      allowH2: false,
      lookup: guardedLookup(resolve, (address) => rules.allows(address, protocol)),
    });
  const connectors: Readonly<Record<string, buildConnector.connector>> = {
    "https:": build("https:"),
    "http:": build("http:"),
  };
  return (options, callback) => {
    const literal = options.hostname.replace(/^\[(.*)\]$/, "$1");
    const connect = connectors[options.protocol];
    // Node asks no lookup for a literal address.
    const isRefused = isIP(literal) !== 0 && !rules.allows(literal, options.protocol);
    if (connect === undefined) callback(new OutboundError("url_refused"), null);
    else if (isRefused) callback(new OutboundError("address_refused"), null);
    else connect(options, callback);
  };
}

function guardedLookup(
  resolve: ResolveHost,
  isAllowed: (address: string) => boolean,
): LookupFunction {
  const allowedOf = async (hostname: string): Promise<LookupAddress[] | Error> => {
    try {
      const allowed = (await resolve(hostname)).filter(isAllowed);
      if (allowed.length === 0) return new OutboundError("address_refused");
      return allowed.map((address) => ({ address, family: isIP(address) }));
    } catch (error) {
      return error instanceof Error ? error : new OutboundError("unreachable", { cause: error });
    }
  };
  const answer = async (
    ...[hostname, { all }, callback]: Parameters<LookupFunction>
  ): Promise<void> => {
    const allowed = await allowedOf(hostname);
    if (allowed instanceof Error) callback(allowed, []);
    else if (all === true) callback(null, allowed);
    else callback(null, allowed[0]?.address ?? "", allowed[0]?.family);
  };
  return (hostname, options, callback) => void answer(hostname, options, callback);
}
