import {
  routeAccess,
  type Access,
  type GuestClaims,
  type Head,
  type RouteKey,
  type StaffClaims,
} from "@waiter/contracts";
import type { ErrorCode } from "@waiter/errors";
import type { TenantEntry } from "@waiter/database";
import type { Request, Response } from "express";
import type { z } from "zod";
import type { LimitScope } from "../rate-limits/limit-scopes.ts";

interface Principals {
  public: undefined;
  tenant: undefined;
  guest: GuestClaims;
  staff: StaffClaims;
  manager: StaffClaims;
  platform: undefined;
  internal: undefined;
}
interface Tenants {
  public: undefined;
  tenant: TenantEntry;
  guest: TenantEntry;
  staff: TenantEntry;
  manager: TenantEntry;
  platform: undefined;
  internal: undefined;
}

/** A request as its handler sees it: authorized, parsed and valid. */
export interface Call<A extends Access, Body, Query> {
  readonly body: Body;
  /** The body of a media type of the route's `media`, as it came; then `body` is undefined. */
  readonly bytes: Buffer | undefined;
  readonly query: Query;
  /** A path parameter; the path says which there are. */
  readonly param: (name: string) => string;
  readonly principal: Principals[A];
  readonly tenant: Tenants[A];
  /** The tenant's position as the staff's call came, where `authorize` asked Postgres. */
  readonly head: Head | undefined;
  /** Name of the platform token, of platform routes alone. */
  readonly operator: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly request: Request;
  readonly response: Response;
}

/** What a handler answers. `json` is a body already serialized, sent as it is. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly json?: string;
  readonly bytes?: { readonly type: string; readonly content: Buffer };
  readonly text?: { readonly type: string; readonly content: string };
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

export interface Documented {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** `application/json` unless said otherwise. */
  readonly type?: string;
}

/** One route. The OpenAPI document is generated from these. */
export interface Route<A extends Access = Access, Body = unknown, Query = unknown> {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** As Express writes it: `/api/requests/:id/claim`. */
  readonly path: string;
  readonly access: A;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly body?: z.ZodType<Body>;
  /** Longest body in bytes, where 8 kB do not suffice. */
  readonly bodyBytes?: number;
  /** Media types that the body may have instead of JSON, and their longest body in bytes. */
  readonly media?: { readonly types: readonly string[]; readonly bytes: number };
  readonly query?: z.ZodType<Query>;
  /** Answers hold tokens or codes: they are never compressed. */
  readonly hasSecrets?: boolean;
  /** Answers carry an ETag, and `If-None-Match` that names it is answered 304. */
  readonly conditional?: boolean;
  readonly idempotencyKey?: "required" | "optional";
  /**
   * Path parameters that are UUIDs, which the handler gets in lower case; anything else in their
   * place, as a control character in any parameter, is a 404.
   */
  readonly ids?: readonly string[];
  readonly answers: Readonly<Record<number, Documented>>;
  /** Beside what access, body and limits bring. */
  readonly errors?: readonly ErrorCode[];
  /** The wider scopes of each, table and tenant, are added to them. */
  readonly limits?: readonly LimitScope[];
  /**
   * The handler's transaction refuses ended sessions (`commandContext`), so that `authorize` does
   * not ask Postgres for them.
   */
  readonly refusesEnded?: true;
  handle(call: Call<A, Body, Query>): Promise<Answer> | Answer;
}

type AccessOf<K extends RouteKey> = (typeof routeAccess)[K];
type Definition<A extends Access, Body, Query> = Omit<
  Route<A, Body, Query>,
  "method" | "path" | "access"
>;

/** A route of the permission table: its key gives the method, the path and who may call it. */
export function defineRoute<K extends RouteKey, Body = undefined, Query = undefined>(
  key: K,
  definition: Definition<AccessOf<K>, Body, Query>,
): Route {
  const [method = "", path = ""] = key.split(" ");
  return {
    ...definition,
    method: method.toLowerCase() as Route["method"],
    path,
    access: routeAccess[key],
  };
}
