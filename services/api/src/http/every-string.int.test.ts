import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Logger } from "@waiter/logger";
import { z } from "zod";
import type { Access } from "@waiter/contracts";
import type { Route } from "./route.ts";
import { createRoutes } from "../routes/index.ts";
import * as helper from "../testing/start-test-api.ts";

/** The parts of a JSON schema that the samples follow. */
interface Shape {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly pattern?: string;
  readonly anyOf?: readonly Shape[];
  readonly prefixItems?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
}
type Path = readonly (string | number)[];

const evil = [
  "\u0000",
  "a\u0000b",
  "\u0001",
  "\u001b[2J",
  "a\nb",
  "\u007f",
  "\ud800",
  "\uffff",
  "'; --",
  "x".repeat(10_000),
];
const huge = [Number.MAX_SAFE_INTEGER, 2 ** 31, -1, 0.5];

const complaints: string[] = [];
const logger: Logger = {
  debug() {},
  info() {},
  warn: (message) => void complaints.push(message),
  error: (message) => void complaints.push(message),
  child: () => logger,
};

let api: helper.TestApi;
let pizza: helper.Restaurant;
let routes: readonly Route[];
/** Of which host, with which headers, one calls a route of this access. */
let callers: Record<
  Access,
  { readonly slug: string | undefined; readonly headers: Record<string, string> }
>;

beforeAll(async () => {
  const limits = ["COSTLY", "ADDRESS", "API", "AUTH", "GUEST_SESSIONS", "GUEST_REQUESTS"];
  api = await helper.startTestApi({
    logger,
    env: Object.fromEntries(limits.map((scope) => [`RATE_LIMIT_${scope}`, "100000"])),
  });
  pizza = await helper.createRestaurant(api);
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const owner = { slug: pizza.slug, headers: bearer(await helper.loginAs(api, pizza)) };
  callers = {
    public: { slug: pizza.slug, headers: {} },
    tenant: { slug: pizza.slug, headers: {} },
    guest: { slug: pizza.slug, headers: bearer(await helper.seatGuest(api, pizza)) },
    staff: owner,
    manager: owner,
    platform: { slug: undefined, headers: bearer(helper.platformToken) },
    internal: { slug: undefined, headers: { authorization: `Internal ${helper.internalToken}` } },
  };
  routes = createRoutes(api.context, "0.0.0");
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

const shapeOf = (schema: z.ZodType): Shape => z.toJSONSchema(schema, { io: "input" }) as Shape;

/** Something that the schema accepts, every optional field filled in. */
function sample(shape: Shape): unknown {
  if (shape.const !== undefined) return shape.const;
  if (shape.enum !== undefined) return shape.enum[0];
  if (shape.anyOf !== undefined) return sample(shape.anyOf[0] ?? {});
  if (shape.prefixItems !== undefined) return shape.prefixItems.map(sample);
  if (shape.type === "object" && shape.properties === undefined) return {};
  if (shape.type === "boolean") return true;
  const fitting = samplesByPattern.find((text) => fits(shape, text));
  if (fitting !== undefined) return fitting;
  if (shape.properties !== undefined)
    return Object.fromEntries(
      Object.entries(shape.properties).map(([name, one]) => [name, sample(one)]),
    );
  if (shape.type === "array") return shape.items === undefined ? [] : [sample(shape.items)];
  if (shape.type === "integer" || shape.type === "number") return Math.max(1, shape.minimum ?? 1);
  if (shape.format === "uuid") return randomUUID();
  if (shape.format === "base64") return "AAAA";
  if (shape.format === "email") return "person@example.com";
  if (shape.format === "uri") return "https://hooks.example";
  if (shape.format === "date-time") return "2026-11-25T12:00:00Z";
  return `t${randomUUID()}`.slice(0, Math.max(16, shape.minLength ?? 0));
}

/** Texts for the fields that have a pattern of their own: times, colours, keys. */
const samplesByPattern = ["10:00", "#1a6b3c", "key-1", "A".repeat(22), "A".repeat(87)];
const fits = ({ type, format, pattern }: Shape, text: string): boolean =>
  type === "string" &&
  format === undefined &&
  pattern?.startsWith("^") === true &&
  !pattern.includes("u0000") &&
  new RegExp(pattern, "u").test(text);

/** Where in a body there are strings, and where numbers. */
function leaves(shape: Shape, type: (shape: Shape) => boolean, at: Path = []): Path[] {
  if (shape.properties !== undefined)
    return Object.entries(shape.properties).flatMap(([name, one]) =>
      leaves(one, type, [...at, name]),
    );
  if (shape.anyOf !== undefined) return leaves(shape.anyOf[0] ?? {}, type, at);
  if (shape.items !== undefined) return leaves(shape.items, type, [...at, 0]);
  return type(shape) ? [at] : [];
}
const isString = ({ type }: Shape): boolean => type === "string";
const isNumber = ({ type }: Shape): boolean => type === "integer" || type === "number";

function withValue(body: unknown, [head, ...rest]: Path, value: unknown): unknown {
  if (head === undefined) return value;
  if (Array.isArray(body))
    return body.map((one: unknown, index) => (index === head ? withValue(one, rest, value) : one));
  return {
    ...(body as object),
    [head]: withValue((body as Record<string, unknown>)[head], rest, value),
  };
}

/** The path with something in place of its parameters. */
const pathOf = (route: Route, value: (name: string) => string): string =>
  route.path.replaceAll(/:(\w+)/g, (_all, name: string) => encodeURIComponent(value(name)));
const usual = (route: Route) => (name: string) =>
  route.ids?.includes(name) === true ? randomUUID() : "unknown";

/** Answers that say that it was our schemas' to refuse, and they did not. */
async function letThrough(route: Route, path: string, body?: unknown): Promise<string[]> {
  const { slug, headers } = callers[route.access];
  const answer = await api.call(slug, path, {
    method: route.method.toUpperCase(),
    headers: {
      ...headers,
      ...(route.idempotencyKey === undefined ? {} : { "idempotency-key": randomUUID() }),
    },
    ...(body === undefined ? {} : { body }),
  });
  const wrong =
    answer.status >= 500 || answer.body["code"] === "bad_request" || answer.status === 429;
  return wrong
    ? [
        `${route.method} ${JSON.stringify(path)} ${JSON.stringify(body)?.slice(0, 200)}: ${answer.status} ${answer.text.slice(0, 100)}`,
      ]
    : [];
}

async function each<T>(all: readonly T[], run: (one: T) => Promise<string[]>): Promise<string[]> {
  const found: string[] = [];
  for (const one of all) found.push(...(await run(one)));
  return found;
}

describe("whatever a string holds, it is no error of ours", () => {
  test("the routes accept the unchanged samples", () => {
    const bodies = routes.flatMap(({ body }) => (body === undefined ? [] : [body]));
    expect(bodies.filter((body) => !body.safeParse(sample(shapeOf(body))).success)).toEqual([]);
    expect(bodies.flatMap((body) => leaves(shapeOf(body), isString)).length).toBeGreaterThan(15);
  });

  test("in every field of every body", async () => {
    const found = await each(routes, async (route) => {
      const { body } = route;
      if (body === undefined) return [];
      const shape = shapeOf(body);
      const wrong = [
        ...leaves(shape, isString).flatMap((at) => evil.map((value) => ({ at, value }))),
        ...leaves(shape, isNumber).flatMap((at) => huge.map((value) => ({ at, value }))),
      ];
      return each(wrong, ({ at, value }) =>
        letThrough(route, pathOf(route, usual(route)), withValue(sample(shape), at, value)),
      );
    });
    expect(found).toEqual([]);
  }, 120_000);

  test("as JSON null: refused by every route with a body", async () => {
    const wrong: unknown[] = [];
    for (const route of routes.filter(({ body }) => body !== undefined)) {
      const { slug, headers } = callers[route.access];
      const path = route.path.replaceAll(/:\w+/g, () => randomUUID());
      const method = route.method.toUpperCase();
      const answer = await api.call(slug, path, {
        method,
        body: "null",
        headers: { ...headers, "idempotency-key": randomUUID() },
      });
      if (answer.status !== 422) wrong.push([method, path, answer.status]);
    }
    expect(wrong).toEqual([]);
  });

  test("as an empty Idempotency-Key: refused by every route that takes one", async () => {
    const wrong: unknown[] = [];
    const taking = routes.filter(({ idempotencyKey }) => idempotencyKey !== undefined);
    for (const route of taking)
      for (const key of ["", " ", "a b", "x".repeat(101), "\u00e9"]) {
        const { slug, headers } = callers[route.access];
        const path = route.path.replaceAll(/:\w+/g, () => randomUUID());
        const { status, body } = await api.call(slug, path, {
          method: route.method.toUpperCase(),
          headers: { ...headers, "idempotency-key": key },
        });
        if (body["code"] !== "idempotency_key_invalid") wrong.push([path, key, status]);
      }
    expect(taking.length).toBeGreaterThan(10);
    expect(wrong).toEqual([]);
  });

  test("in every parameter of every path", async () => {
    const found = await each(
      routes.filter(({ path }) => path.includes(":")),
      (route) =>
        each(
          evil.filter((value) => value !== "\ud800" && value.length < 10_000),
          (value) =>
            letThrough(
              route,
              pathOf(route, () => value),
              route.body === undefined ? undefined : sample(shapeOf(route.body)),
            ),
        ),
    );
    expect(found).toEqual([]);
  });

  test("in every field of every query", async () => {
    const found = await each(routes, async (route) => {
      const { query } = route;
      if (query === undefined) return [];
      const fields = Object.keys(shapeOf(query).properties ?? {});
      return each(fields, (field) =>
        each(["%00", "a%00b", "%01", "%0a", "9007199254740991", "1e400", "-1"], (value) =>
          letThrough(route, `${pathOf(route, usual(route))}?${field}=${value}`),
        ),
      );
    });
    expect(found).toEqual([]);
  });

  test("none of it is logged as an error of ours", () => {
    expect(complaints).toEqual([]);
  });
});
