import { lookup, Resolver } from "node:dns/promises";

/** The addresses of a host name; rejects when there are none. */
export type ResolveHost = (hostname: string) => Promise<readonly string[]>;

/**
 * Resolves names by DNS alone, on sockets: `getaddrinfo` would let a few hanging name servers fill
 * the four threads that every lookup of the process shares. `withHostsFile` also reads the hosts
 * file for names that DNS does not know, such as `localhost`.
 */
export function createResolveHost({
  withHostsFile,
}: {
  readonly withHostsFile: boolean;
}): ResolveHost {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  return async (hostname) => {
    const answers = await Promise.allSettled([
      resolver.resolve4(hostname),
      resolver.resolve6(hostname),
    ]);
    const addresses = answers.flatMap((answer) =>
      answer.status === "fulfilled" ? answer.value : [],
    );
    if (addresses.length > 0) return addresses;
    if (withHostsFile) return (await lookup(hostname, { all: true })).map(({ address }) => address);
    throw answers.find((answer) => answer.status === "rejected")?.reason;
  };
}
