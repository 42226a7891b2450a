import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";

export interface Post {
  /** ms since the epoch. */
  readonly at: number;
  readonly staffId: string;
  /** From the push's topic: the bytes of the request's id. */
  readonly requestId: string;
  readonly status: number;
}
/** A push service that keeps what it is sent; subscriptions below `/gone` are dead. */
export interface PushHost extends AsyncDisposable {
  readonly origin: string;
  readonly posts: readonly Post[];
}

export async function startPushHost(): Promise<PushHost> {
  const posts: Post[] = [];
  const server: Server = createServer((request, response) => {
    request.resume();
    const [, kind, staffId = ""] = (request.url ?? "").split("/");
    const hex = Buffer.from(String(request.headers["topic"] ?? ""), "base64url").toString("hex");
    const requestId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    const status = kind === "gone" ? 410 : 201;
    posts.push({ at: Date.now(), staffId, requestId, status });
    response.writeHead(status).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
