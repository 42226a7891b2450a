import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A TCP relay to `port` whose connections can be cut: a bad network between clients and Waiter. */
export class Cutter implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  #port: number;

  private constructor(port: number) {
    this.#port = port;
    this.#server = createServer((near) => {
      const far = connect(this.#port, "127.0.0.1");
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(socket);
        socket.on("error", () => socket.destroy());
        socket.on("close", () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
  }

  static async start(port: number): Promise<Cutter> {
    const cutter = new Cutter(port);
    cutter.#server.listen(0, "127.0.0.1");
    await once(cutter.#server, "listening");
    return cutter;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** New connections go to `port` from here on; the present ones stay where they are. */
  redirect(port: number): void {
    this.#port = port;
  }

  /** Resets the connections that `chosen` picks; returns how many. */
  cut(chosen: () => boolean): number {
    let count = 0;
    for (const socket of this.#sockets)
      if (chosen()) {
        socket.resetAndDestroy();
        count += 1;
      }
    return count;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut(() => true);
    this.#server.close();
    await once(this.#server, "close");
  }
}
