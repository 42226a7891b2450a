import { once } from "node:events";
import { WebSocket } from "ws";

/** Where Node's inspector listens when a process opens it. */
const inspector = "http://127.0.0.1:9229/json";

/**
 * Reads how many bytes of another process' heap are alive: through Node's inspector (the Chrome
 * DevTools Protocol), which a SIGUSR1 opens, it has garbage collected first, so that what is read
 * does not depend on when that last happened.
 */
export class LiveHeap implements AsyncDisposable {
  readonly #socket: WebSocket;
  #asked = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static async of(pid: number): Promise<LiveHeap> {
    process.kill(pid, "SIGUSR1");
    for (const end = Date.now() + 10_000; ;) {
      try {
        const [target] = (await (await fetch(inspector)).json()) as {
          webSocketDebuggerUrl: string;
        }[];
        const socket = new WebSocket(target?.webSocketDebuggerUrl ?? "");
        await once(socket, "open");
        return new LiveHeap(socket);
      } catch (cause) {
        if (Date.now() > end) throw new Error("the process opened no inspector", { cause });
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async bytes(): Promise<number> {
    await this.#call("HeapProfiler.collectGarbage");
    const { usedSize } = (await this.#call("Runtime.getHeapUsage")) as { usedSize: number };
    return usedSize;
  }

  async #call(method: string): Promise<unknown> {
    const id = (this.#asked += 1);
    this.#socket.send(JSON.stringify({ id, method }));
    for (;;) {
      const [data] = (await once(this.#socket, "message")) as [Buffer];
      const answer = JSON.parse(data.toString()) as {
        id?: number;
        result?: unknown;
        error?: { message: string };
      };
      if (answer.id !== id) continue;
      if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
      return answer.result;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.#socket.close();
    await once(this.#socket, "close");
  }
}
