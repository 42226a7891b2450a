import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

/**
 * Makes a request say where it came from: this proxy is the edge, so whatever the caller claimed is
 * overwritten.
 *
 * `addressHost` stands in for a host that is a bare address, which names no tenant (a phone on the
 * same network).
 */
export function setForwarded(request: IncomingMessage, addressHost: string | undefined): void {
  const { headers } = request;
  if (addressHost !== undefined && isAddress(headers.host)) headers.host = addressHost;
  delete headers["forwarded"];
  delete headers["x-real-ip"];
  headers["x-forwarded-for"] = request.socket.remoteAddress ?? "";
  headers["x-forwarded-proto"] = "http";
  headers["x-forwarded-host"] = headers.host ?? "";
}

function isAddress(host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(`http://${host}`)) return false;
  return isIP(new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, "")) !== 0;
}
