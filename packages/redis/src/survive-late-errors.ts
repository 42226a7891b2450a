import { Cluster, type Redis } from "ioredis";

/**
 * Keeps a second `error` event of a connection from ending the process. ioredis listens to the
 * first one only; with TLS 1.3 a refused client certificate arrives after the handshake, as an
 * alert and again as a failed write.
 */
export function surviveLateErrors(client: Redis | Cluster): void {
  if (client instanceof Cluster) client.on("+node", (node: Redis) => ignoreLateErrors(node));
  else ignoreLateErrors(client);
}

function ignoreLateErrors(client: Redis): void {
  client.on("connect", () => client.stream?.on("error", () => undefined));
}
