import { Agent, request, type IncomingMessage } from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";

const agents = {
  "http:": new Agent({ keepAlive: true }),
  "https:": new SecureAgent({ keepAlive: true }),
};

/**
 * The part of `fetch` that the SDK uses, over node:http: Node's own fetch overwrites the `Host`
 * header, which selects the tenant. If the server closed an idle keep-alive connection, the call is
 * sent once more; a server that received both sees the same Idempotency-Key.
 */
export const defaultFetch: typeof fetch = async (input, init = {}) => {
  const url = new URL(input instanceof Request ? input.url : input);
  const headers = Object.fromEntries(new Headers(init.headers));
  const body = typeof init.body === "string" ? init.body : undefined;
  if (body !== undefined) headers["content-length"] = String(Buffer.byteLength(body));
  const once = () => exchange(url, init.method ?? "GET", headers, body, init.signal ?? undefined);
  try {
    return await once();
  } catch (error) {
    if (!isStaleConnection(error)) throw error;
    return await once();
  }
};

const isStaleConnection = (error: unknown) => error instanceof ReusedConnectionError;

class ReusedConnectionError extends Error {}

function exchange(
  url: URL,
  method: string,
  headers: Record<string, string>,
  body: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const secure = url.protocol === "https:";
    const outgoing = (secure ? secureRequest : request)(
      url,
      {
        method,
        headers,
        agent: secure ? agents["https:"] : agents["http:"],
        ...(signal === undefined ? {} : { signal }),
      },
      (incoming) => {
        read(incoming).then(resolve, reject);
      },
    );
    outgoing.on("error", (cause) => {
      const reset = outgoing.reusedSocket && "code" in cause && cause.code === "ECONNRESET";
      reject(reset ? new ReusedConnectionError(cause.message, { cause }) : cause);
    });
    outgoing.end(body);
  });
}

async function read(incoming: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  const status = incoming.statusCode ?? 500;
  const empty = status === 204 || status === 304;
  return new Response(empty ? null : Buffer.concat(chunks), { status, headers });
}
