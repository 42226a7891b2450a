import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";

export interface SilentServer {
  readonly url: string;
  /** Connections accepted so far. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

/** Accepts connections and says nothing, or only what `greet` writes. */
export async function silentServer(
  greet: (socket: Socket) => void = () => {},
): Promise<SilentServer> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = createServer((socket) => {
    accepted++;
    sockets.add(socket.on("error", () => undefined).on("close", () => sockets.delete(socket)));
    greet(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => accepted,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
