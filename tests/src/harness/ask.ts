import type { System } from "@waiter/testkit";
import { request } from "node:http";

export interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly token?: string;
  readonly key?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: Record<string, unknown>;
  /** From the first byte sent to the last one read. */
  readonly ms: number;
}

/** A restaurant as the system's origin knows it: the address, and the Host that names it. */
export type AskedRestaurant = Pick<System, "tenant">;

/**
 * One HTTP call to a restaurant (a system's is the demo) through the origin, with its Host (which
 * `fetch` would not let be set).
 */
export function ask(
  { tenant }: AskedRestaurant,
  path: string,
  { method = "GET", body, token, key }: Asked = {},
): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${tenant.baseUrl}${path}`,
      {
        method,
        agent: false,
        headers: {
          ...tenant.headers,
          ...(text !== undefined && {
            "content-type": "application/json",
            "content-length": String(Buffer.byteLength(text)),
          }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(key !== undefined && { "idempotency-key": key }),
        },
      },
      (incoming) => {
        let answer = "";
        incoming.setEncoding("utf8").on("data", (chunk: string) => (answer += chunk));
        incoming.once("error", reject);
        incoming.once("end", () => {
          const json = (incoming.headers["content-type"] ?? "").includes("json");
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: json ? (JSON.parse(answer) as Record<string, unknown>) : { text: answer },
            ms: performance.now() - started,
          });
        });
      },
    );
    outgoing.once("error", reject);
    outgoing.end(text);
  });
}
