import { errorRow, type ErrorCode } from "@waiter/errors";
import * as contracts from "@waiter/contracts";
import { z } from "zod";
import type { Documented, Route } from "../http/route.ts";
import { healthPath } from "./health-path.ts";
import { answerHeaders, headerComponents, problemHeaders } from "./response-headers.ts";

type Json = Record<string, unknown>;

/** Where the document's shapes live, so that each is written once. */
interface Shapes {
  readonly input: (schema: z.ZodType) => Json;
  readonly output: (schema: z.ZodType) => Json;
}

/** Names of schemas: those that all documents share, and objects by their export's name. */
const names = new Map<unknown, string>([
  ...Object.entries(contracts)
    .filter(([, schema]) => schema instanceof z.ZodObject)
    .map(([name, schema]) => [schema, name.charAt(0).toUpperCase() + name.slice(1)] as const),
  ...Object.entries(contracts.namedSchemas).map(([name, schema]) => [schema, name] as const),
]);

/** Writes each named schema once into `components`, and a reference wherever it is used. */
function createShapes(components: Record<string, Json>): Shapes {
  const toJson = (schema: z.ZodType, io: "input" | "output", isRoot: boolean): Json => {
    const name = names.get(schema);
    if (name !== undefined && !isRoot) return reference(schema, name, io);
    const { $schema: _, ...json } = z.toJSONSchema(schema, {
      io,
      target: "draft-2020-12",
      unrepresentable: "any",
      override: ({ zodSchema, jsonSchema }) => {
        const child = zodSchema as unknown as z.ZodType;
        const nested = child === schema ? undefined : names.get(child);
        if (nested === undefined) return;
        for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
        Object.assign(jsonSchema, reference(child, nested, io));
      },
    }) as Json;
    return json;
  };
  const reference = (schema: z.ZodType, name: string, io: "input" | "output"): Json => {
    if (components[name] === undefined) {
      components[name] = {};
      components[name] = toJson(schema, io, true);
    }
    return { $ref: `#/components/schemas/${name}` };
  };
  return {
    input: (schema) => toJson(schema, "input", false),
    output: (schema) => toJson(schema, "output", false),
  };
}

const security: Record<contracts.Access, Json[]> = {
  public: [],
  tenant: [],
  guest: [{ guest: [] }],
  staff: [{ staff: [] }],
  manager: [{ staff: [] }],
  platform: [{ platform: [] }],
  internal: [{ internal: [] }],
};
const accessErrors: Record<contracts.Access, readonly ErrorCode[]> = {
  public: [],
  tenant: ["tenant_unknown", "tenant_suspended"],
  guest: [
    "unauthorized",
    "token_expired",
    "forbidden",
    "tenant_mismatch",
    "tenant_unknown",
    "tenant_suspended",
  ],
  staff: [
    "unauthorized",
    "token_expired",
    "forbidden",
    "tenant_mismatch",
    "tenant_unknown",
    "tenant_suspended",
  ],
  manager: [
    "unauthorized",
    "token_expired",
    "forbidden",
    "tenant_mismatch",
    "tenant_unknown",
    "tenant_suspended",
  ],
  platform: ["unauthorized", "not_found"],
  internal: ["unauthorized", "not_found"],
};

/**
 * The OpenAPI 3.1 document of these routes. Everything in it comes from the schemas that requests
 * are judged by.
 */
export function buildDocument(
  routes: readonly Route[],
  { version, origin }: { readonly version: string; readonly origin: string },
): Json {
  const paths: Record<string, Json> = {};
  const schemas: Record<string, Json> = {};
  const shapes = createShapes(schemas);
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method]: operation(route, shapes) };
  }
  shapes.output(contracts.problem);
  const url = new URL(origin);
  paths["/api/health"] = healthPath(shapes.output);
  const tags = [...new Set([...routes.map(({ tag }) => tag), "Health"])].map((name) => ({ name }));
  return {
    openapi: "3.1.0",
    info: {
      title: "Waiter",
      version,
      description:
        "Each restaurant has a host of its own under the platform's domain. Errors are problem details (RFC 9457) with a `code` and a `requestId`.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [
      {
        url: `${url.protocol}//{tenant}.${url.host}`,
        description: "A restaurant",
        variables: { tenant: { default: "demo" } },
      },
      { url: url.origin, description: "The platform" },
    ],
    tags,
    paths,
    components: { schemas, headers: headerComponents, securitySchemes: schemesOf(routes) },
  };
}

const securitySchemes: Json = {
  guest: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "Access token of POST /api/guest/sessions",
  },
  staff: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "Access token of POST /api/auth/login",
  },
  platform: { type: "http", scheme: "bearer", description: "PLATFORM_ADMIN_TOKEN" },
  internal: {
    type: "apiKey",
    in: "header",
    name: "Authorization",
    description: "`Internal` and the INTERNAL_TOKEN",
  },
};

/** The schemes that these routes use. */
const schemesOf = (routes: readonly Route[]): Json => {
  const used = new Set(
    routes.flatMap(({ access }) => security[access].flatMap((one) => Object.keys(one))),
  );
  return Object.fromEntries(Object.entries(securitySchemes).filter(([name]) => used.has(name)));
};

function operation(route: Route, shapes: Shapes): Json {
  return {
    operationId: operationId(route),
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    security: security[route.access],
    ...parameters(route, shapes),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: !route.body.safeParse({}).success,
            content: {
              "application/json": { schema: shapes.input(route.body) },
              ...Object.fromEntries((route.media?.types ?? []).map((type) => [type, {}])),
            },
          },
        }),
    responses: { ...answers(route, shapes), ...problems(route) },
  };
}

const operationId = ({ method, path }: Route): string =>
  [method, ...path.split(/[/.]/).filter((part) => part !== "" && part !== "api")]
    .map((part) => part.replaceAll(/\W/g, ""))
    .join("_")
    .replaceAll("-", "_");

function parameters(route: Route, shapes: Shapes): Json {
  const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string", ...(route.ids?.includes(name) ? { format: "uuid" } : {}) },
  }));
  const json = route.query === undefined ? {} : shapes.input(route.query);
  const required = (json.required ?? []) as string[];
  const inQuery = Object.entries((json.properties ?? {}) as Record<string, Json>).map(
    ([name, schema]) => ({
      name,
      in: "query",
      required: required.includes(name),
      schema,
    }),
  );
  const inHeader =
    route.idempotencyKey === undefined
      ? []
      : [
          {
            name: "Idempotency-Key",
            in: "header",
            required: route.idempotencyKey === "required",
            description: "The same key replays the first answer.",
            schema: shapes.input(contracts.idempotencyKey),
          },
        ];
  const condition =
    route.conditional === true
      ? [
          {
            name: "If-None-Match",
            in: "header",
            required: false,
            description: "The ETag of an earlier answer: 304 where it still holds.",
            schema: { type: "string" },
          },
        ]
      : [];
  const all = [...inPath, ...inQuery, ...inHeader, ...condition];
  return all.length === 0 ? {} : { parameters: all };
}

function answers(route: Route, shapes: Shapes): Json {
  const all: Readonly<Record<number, Documented>> =
    route.conditional === true
      ? { 304: { description: "As in the answer that If-None-Match names" }, ...route.answers }
      : route.answers;
  return Object.fromEntries(
    Object.entries(all).map(([status, { description, schema, type = "application/json" }]) => {
      const content =
        schema === undefined && type === "application/json"
          ? {}
          : {
              content: { [type]: schema === undefined ? {} : { schema: shapes.output(schema) } },
            };
      return [status, { description, ...answerHeaders(route, status), ...content }];
    }),
  );
}

function problems(route: Route): Json {
  const codes = new Set<ErrorCode>([
    ...accessErrors[route.access],
    ...(route.errors ?? []),
    "unavailable",
    "internal",
  ]);
  if (route.body !== undefined)
    for (const code of [
      "malformed_json",
      "payload_too_large",
      "unsupported_media_type",
      "validation_failed",
    ] as const)
      codes.add(code);
  if (route.query !== undefined) codes.add("validation_failed");
  if (route.idempotencyKey === "required") codes.add("idempotency_key_missing");
  if (route.idempotencyKey !== undefined)
    for (const code of ["idempotency_key_invalid", "idempotency_key_reused"] as const)
      codes.add(code);
  if (route.limits !== undefined) codes.add("rate_limited");
  const byStatus = Map.groupBy(codes, (code) => errorRow(code).status);
  const content = {
    "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
  };
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      {
        description: list.map((code) => `\`${code}\`: ${errorRow(code).title}`).join("; "),
        ...problemHeaders(route, status),
        content,
      },
    ]),
  );
}
