import { randomUUID } from "node:crypto";
import { request as httpRequest } from "node:http";
import { generateKeys } from "@waiter/auth";
import { Lifecycle } from "@waiter/lifecycle";
import { silentLogger } from "@waiter/logger";
import type { Logger } from "@waiter/logger";
import { sharedRedisUrl, testDatabase } from "@waiter/testkit";
import { loadApiConfig } from "../config.ts";
import type { Context, Overrides } from "../context.ts";
import { startApi } from "../service.ts";

export const platformToken = "platform-token-of-tests";
export const internalToken = "internal-token-of-tests";
const domain = "localhost";
const keys = generateKeys();

export interface TestAnswer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}
export interface CallOptions {
  readonly method?: string;
  /** Serialized as JSON, unless it is a string or bytes. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly token?: string;
}
export interface TestApi extends AsyncDisposable {
  readonly context: Context;
  readonly lifecycle: Lifecycle;
  readonly port: number;
  /** Sends a request with the Host header of `slug`, or of the apex. */
  call(slug: string | undefined, path: string, options?: CallOptions): Promise<TestAnswer>;
}

export interface TestApiOptions extends Overrides {
  readonly env?: Record<string, string | undefined>;
  readonly logger?: Logger;
}

/** An api on a port of its own, with a database of its own, in this process. */
export async function startTestApi({
  env = {},
  logger = silentLogger,
  ...overrides
}: TestApiOptions = {}): Promise<TestApi> {
  const database = env["DATABASE_URL"] === undefined ? await testDatabase() : undefined;
  const config = loadApiConfig({
    NODE_ENV: "test",
    PORT: "0",
    HOST: "127.0.0.1",
    DOMAIN_URL: `http://${domain}:3000`,
    DATABASE_URL: database?.appUrl,
    REDIS_URL: env["REDIS_URL"] ?? sharedRedisUrl(),
    JWT_PRIVATE_KEYS: keys.privatePem,
    JWT_PUBLIC_KEYS: keys.publicPem,
    INTERNAL_TOKEN: internalToken,
    PLATFORM_ADMIN_TOKEN: platformToken,
    ...env,
  });
  const lifecycle = new Lifecycle();
  const { port, context } = await startApi(config, lifecycle, logger, {
    drainMs: 0,
    defaultMetrics: false,
    ...overrides,
  });
  return {
    context,
    lifecycle,
    port,
    call: (slug, path, options) =>
      send(port, slug === undefined ? domain : `${slug}.${domain}`, path, options),
    [Symbol.asyncDispose]: async () => {
      await lifecycle.stop("end of the test");
      await database?.drop();
    },
  };
}

/** fetch does not let a caller choose the Host header. */
function send(
  port: number,
  host: string,
  path: string,
  { method = "GET", body, headers = {}, token }: CallOptions = {},
): Promise<TestAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<TestAnswer>();
  const content =
    body === undefined || typeof body === "string" || Buffer.isBuffer(body)
      ? body
      : JSON.stringify(body);
  const outgoing = httpRequest({
    host: "127.0.0.1",
    port,
    path,
    method,
    agent: false,
    headers: {
      host: `${host}:3000`,
      ...(content === undefined
        ? {}
        : {
            "content-type": "application/json",
            "content-length": `${Buffer.byteLength(content)}`,
          }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
  });
  outgoing.once("error", reject);
  outgoing.once("response", (incoming) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.once("end", () => {
      const text = Buffer.concat(chunks).toString();
      const answered = new Headers(
        Object.entries(incoming.headers).flatMap(([name, value]) =>
          [value ?? []].flat().map((one): [string, string] => [name, one]),
        ),
      );
      const isJson = /[/+]json/.test(answered.get("content-type") ?? "");
      resolve({
        status: incoming.statusCode ?? 0,
        headers: answered,
        text,
        body: (isJson && text !== "" ? JSON.parse(text) : {}) as Record<string, unknown>,
      });
    });
  });
  outgoing.end(content);
  return promise;
}

export interface Restaurant {
  readonly slug: string;
  readonly tables: readonly { id: string; label: string; token: string; guestUrl: string }[];
  readonly owner: { readonly email: string; readonly password: string };
}

export async function createRestaurant(
  api: TestApi,
  tables: readonly string[] = ["1", "2"],
): Promise<Restaurant> {
  const slug = `t${randomUUID().slice(0, 13)}`;
  const owner = {
    email: "owner@example.com",
    name: "Olga Owner",
    password: "correct horse battery",
  };
  const answer = await api.call(undefined, "/api/platform/tenants", {
    method: "POST",
    token: platformToken,
    body: { slug, name: "Trattoria", owner, tables },
  });
  if (answer.status !== 201) throw new Error(`no tenant: ${answer.text}`);
  return { slug, owner, tables: answer.body["tables"] as Restaurant["tables"] };
}

export async function loginAs(
  api: TestApi,
  { slug, owner }: Restaurant,
  person: { email: string; password: string } = owner,
): Promise<string> {
  const answer = await api.call(slug, "/api/auth/login", {
    method: "POST",
    body: { email: person.email, password: person.password },
  });
  if (answer.status !== 200) throw new Error(`no login: ${answer.text}`);
  return answer.body["accessToken"] as string;
}

export async function seatGuest(
  api: TestApi,
  { slug, tables }: Restaurant,
  index = 0,
): Promise<string> {
  const answer = await api.call(slug, "/api/guest/sessions", {
    method: "POST",
    body: { tableToken: tables[index]?.token },
  });
  if (answer.status !== 201) throw new Error(`no session: ${answer.text}`);
  return answer.body["accessToken"] as string;
}

export interface CalledRequest {
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly [field: string]: unknown;
}

/** A guest's call. */
export async function callWaiter(
  api: TestApi,
  { slug }: Restaurant,
  token: string,
  body: object = { type: "waiter" },
  key: string = randomUUID(),
): Promise<CalledRequest> {
  const answer = await api.call(slug, "/api/guest/requests", {
    method: "POST",
    token,
    body,
    headers: { "idempotency-key": key },
  });
  if (answer.status !== 201) throw new Error(`no request: ${answer.text}`);
  return answer.body["request"] as CalledRequest;
}
