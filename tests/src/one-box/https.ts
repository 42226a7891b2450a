import { randomUUID } from "node:crypto";
import { request, type RequestOptions } from "node:https";
import type { TLSSocket } from "node:tls";

export interface HttpsAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  /** Names of the server's certificate. */
  readonly names: string;
}

/** HTTPS as a browser speaks it to the box, whose names no DNS server knows. */
export class BoxClient {
  readonly #options: RequestOptions;

  constructor(port: number, ca: string) {
    this.#options = { host: "127.0.0.1", port, ca, agent: false, timeout: 20_000 };
  }

  send(
    host: string,
    path: string,
    { method = "GET", body, token }: { method?: string; body?: object; token?: string } = {},
  ): Promise<HttpsAnswer> {
    const headers = {
      host,
      ...(body !== undefined && {
        "content-type": "application/json",
        "idempotency-key": randomUUID(),
      }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    return new Promise((resolve, reject) => {
      const sent = request(
        { ...this.#options, servername: host, path, method, headers },
        (response) => {
          const names = (response.socket as TLSSocket).getPeerCertificate().subjectaltname ?? "";
          let text = "";
          response.setEncoding("utf8").on("data", (part: string) => (text += part));
          response.on("end", () =>
            resolve({ status: response.statusCode ?? 0, body: jsonOf(text), names }),
          );
        },
      );
      sent.on("error", reject);
      sent.on("timeout", () => sent.destroy(new Error(`no answer from ${host}${path}`)));
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** The status of a WebSocket handshake: 101 when the gateway accepted it. */
  upgrade(host: string): Promise<number> {
    const headers = {
      host,
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    };
    const path = "/socket.io/?EIO=4&transport=websocket";
    return new Promise((resolve, reject) => {
      const sent = request({ ...this.#options, servername: host, path, headers }, (response) =>
        resolve(response.statusCode ?? 0),
      );
      sent.on("upgrade", (response, socket) => {
        socket.destroy();
        resolve(response.statusCode ?? 0);
      });
      sent.on("error", reject);
      sent.end();
    });
  }
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
