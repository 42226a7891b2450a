import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A TCP forwarder whose target may change: new connections go to the new one, old ones stay. */
export class TcpSwitch implements AsyncDisposable {
  target: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(target: number) {
    this.target = target;
    this.#server = createServer((incoming) => this.#forward(incoming));
  }

  static async start(target: number): Promise<TcpSwitch> {
    const forwarder = new TcpSwitch(target);
    forwarder.#server.listen(0, "127.0.0.1");
    await once(forwarder.#server, "listening");
    return forwarder;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends all connections. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.cut();
    await closed;
  }

  #forward(incoming: Socket): void {
    const outgoing = connect(this.target, "127.0.0.1");
    const directions = [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const;
    for (const [from, to] of directions) {
      this.#sockets.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  }
}
