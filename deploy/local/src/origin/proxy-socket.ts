import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { proxyUpgrade } from "httpxy";
import type { Backends } from "./backends.ts";

/** Passes a WebSocket upgrade to the first gateway that takes connections. */
export async function proxySocket(
  gateways: Backends,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  socket.on("error", () => socket.destroy());
  for (const target of gateways.inTurn()) {
    // Asked first, because a failed upgrade takes the caller's socket with it.
    if (!(await accepts(target))) {
      gateways.markDown(target);
      continue;
    }
    const upstream = await proxyUpgrade(target, request, socket, head, { xfwd: false }).catch(
      () => undefined,
    );
    upstream?.on("error", () => socket.destroy());
    upstream?.on("close", () => socket.destroy());
    socket.on("close", () => upstream?.destroy());
    return;
  }
  socket.end(
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
  );
}

function accepts(origin: string): Promise<boolean> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    const probe = connect({ host: hostname, port: Number(port || 80), timeout: 2_000 });
    const finish = (answer: boolean): void => {
      probe.destroy();
      resolve(answer);
    };
    probe.once("connect", () => finish(true));
    probe.once("error", () => finish(false));
    probe.once("timeout", () => finish(false));
  });
}
