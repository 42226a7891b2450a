import type { IncomingMessage } from "node:http";

const absoluteForm = /^(https?):\/\/([^/?#]*)/i;
const trailingPort = /:(\d*)$/;
const defaultPorts = new Map([
  ["http", "80"],
  ["https", "443"],
]);

/**
 * Whether a request names one host only, so that a proxy before this server and this server cannot
 * mean different ones: one Host header, with a port from 1 to 65535 if any, and an absolute-form
 * target (RFC 9112, 3.2.2) that has the same host and port. A default port may be left out.
 */
export function namesOneHost({ rawHeaders, headers, url = "" }: IncomingMessage): boolean {
  const { host = "" } = headers;
  if (countHosts(rawHeaders) > 1 || !hasValidPort(host)) return false;
  if (url.startsWith("/") || url === "*") return true;
  const [, scheme = "", authority = ""] = absoluteForm.exec(url) ?? [];
  return authority !== "" && normalize(authority, scheme) === normalize(host, scheme);
}

/** A target without the host of its absolute form: what a proxy decides by and passes on. */
export function originForm(target: string): string {
  const rest = target.replace(absoluteForm, "");
  return rest.startsWith("/") || rest === "*" ? rest : `/${rest}`;
}

/** Node takes the first of two; a proxy before this server may have taken the other. */
function countHosts(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (name.length === 4 && name.toLowerCase() === "host") hosts += 1;
  }
  return hosts;
}

function hasValidPort(host: string): boolean {
  const port = trailingPort.exec(host)?.[1];
  return !port || (Number(port) > 0 && Number(port) <= 65_535);
}

function normalize(authority: string, scheme: string): string {
  const port = trailingPort.exec(authority)?.[1] || defaultPorts.get(scheme.toLowerCase());
  return `${authority.replace(trailingPort, "")}:${Number(port)}`.toLowerCase();
}
