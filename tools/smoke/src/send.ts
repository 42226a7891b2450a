import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

export interface Sent {
  readonly status: number;
  readonly body: unknown;
}

interface Options {
  readonly host: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/**
 * One HTTP request that sets Host itself (`fetch` would not), so that the test needs no DNS for the
 * tenants. A kept connection that the server closed while it idled is asked for once more, as
 * browsers do.
 */
export async function send(method: string, url: string, options: Options): Promise<Sent> {
  try {
    return await sendOnce(method, url, options);
  } catch (error) {
    if (error instanceof ClosedWhileIdle) return sendOnce(method, url, options);
    throw error;
  }
}

class ClosedWhileIdle extends Error {}

function sendOnce(
  method: string,
  url: string,
  { host, body, headers = {}, timeoutMs }: Options,
): Promise<Sent> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const open = url.startsWith("https:") ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const outgoing = open(
      url,
      {
        method,
        headers: {
          host,
          accept: "application/json",
          ...(text === undefined
            ? {}
            : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
          ...headers,
        },
        signal: AbortSignal.timeout(timeoutMs),
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("error", reject);
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? 0, body: parse(Buffer.concat(parts).toString()) }),
        );
      },
    );
    outgoing.on("error", (cause) => {
      const closed = outgoing.reusedSocket && "code" in cause && cause.code === "ECONNRESET";
      reject(
        new (closed ? ClosedWhileIdle : Error)(
          `${method} ${url} did not answer: ${cause.message}`,
          { cause },
        ),
      );
    });
    outgoing.end(text);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
