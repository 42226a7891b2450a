/**
 * Whether a subscription's endpoint is `https:` at one of the allowed hosts: `push.example`,
 * `push.example:8443` (that port alone) or `*.push.example` (every host below it). `http:` only
 * where the operator opened private networks; the address is checked again at each connection.
 */
export function isAllowedEndpoint(
  endpoint: string,
  { hosts, allowsHttp }: { readonly hosts: readonly string[]; readonly allowsHttp: boolean },
): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, host, hostname, username, password } = new URL(endpoint);
  if (protocol !== "https:" && !(allowsHttp && protocol === "http:")) return false;
  if (username !== "" || password !== "") return false;
  return hosts
    .map((item) => item.toLowerCase())
    .some((item) =>
      item.startsWith("*.")
        ? host.endsWith(item.slice(1)) || hostname.endsWith(item.slice(1))
        : item === host || item === hostname,
    );
}
