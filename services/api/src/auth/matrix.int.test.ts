import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { hashPassword } from "@waiter/auth";
import {
  accessGroups,
  callers,
  isAllowed,
  roles,
  routeAccess,
  type Caller,
  type Role,
} from "@waiter/contracts";
import { createStaff } from "@waiter/database";
import { z } from "zod";
import type { Route } from "../http/route.ts";
import { createRoutes } from "../routes/index.ts";
import * as helper from "../testing/start-test-api.ts";

type Credentials = Readonly<Record<string, string>>;
/** One restaurant with a caller of each kind and an id of each kind. */
interface Side {
  readonly restaurant: helper.Restaurant;
  readonly as: Readonly<Partial<Record<Caller, Credentials>>>;
  readonly requestId: string;
  readonly staffId: string;
}

let api: helper.TestApi;
let mine: Side;
let theirs: Side;
let routes: readonly Route[];

beforeAll(async () => {
  const limits = ["ADDRESS", "API", "AUTH", "GUEST_SESSIONS", "GUEST_REQUESTS", "TABLE", "TENANT"];
  api = await helper.startTestApi({
    env: Object.fromEntries(limits.map((scope) => [`RATE_LIMIT_${scope}`, "100000"])),
  });
  mine = await createSide();
  theirs = await createSide();
  routes = createRoutes(api.context, "0.0.0");
}, 60_000);
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

const password = "correct horse battery";
async function createSide(): Promise<Side> {
  const restaurant = await helper.createRestaurant(api);
  const tenant = await api.context.database.findTenant(restaurant.slug);
  const bearer = (token: string): Credentials => ({ authorization: `Bearer ${token}` });
  const passwordHash = await hashPassword(password);
  const staff: [Role, Credentials, string][] = [];
  for (const role of roles) {
    const email = `${role}-of-matrix@example.com`;
    const { id } = await api.context.database.inTenant(tenant?.id ?? "", (tx) =>
      createStaff(tx, { email, name: role, role, passwordHash }),
    );
    staff.push([role, bearer(await helper.loginAs(api, restaurant, { email, password })), id]);
  }
  const guest = await helper.seatGuest(api, restaurant);
  const request = await helper.callWaiter(api, restaurant, guest);
  return {
    restaurant,
    requestId: request.id,
    staffId: staff[0]?.[2] ?? "",
    as: {
      anyone: {},
      guest: bearer(guest),
      ...Object.fromEntries(staff.map(([role, credentials]) => [role, credentials])),
      platform: bearer(helper.platformToken),
      internal: { authorization: `Internal ${helper.internalToken}` },
    },
  };
}

/** The path with ids of one side; what has no id there names nothing. */
function pathOf(route: Route, { restaurant, requestId, staffId }: Side): string {
  const kind = route.path.split("/")[2] ?? "";
  const ids: Readonly<Record<string, string | undefined>> = {
    tables: restaurant.tables[0]?.id,
    requests: requestId,
    guest: requestId,
    staff: staffId,
  };
  return route.path
    .replace(":slug", restaurant.slug)
    .replace(":id", ids[kind] ?? randomUUID())
    .replace(":deviceId", randomUUID());
}

/**
 * A body that the schema refuses after everything else was checked: nothing is changed by the
 * matrix.
 */
const body = { matrix: "no such field" };
const wellFormed = (route: Route): boolean =>
  route.body === undefined || !route.body.safeParse(body).success;

async function statusOf(
  route: Route,
  { host, headers, path }: { host: string | undefined; headers: Credentials; path: string },
): Promise<number> {
  const answer = await api.call(host, path, {
    method: route.method.toUpperCase(),
    ...(route.body === undefined ? {} : { body }),
    headers: { "idempotency-key": randomUUID(), ...headers },
  });
  return answer.status;
}

/** Routes that change or end something without a body to refuse. */
const changing = (route: Route): boolean => route.method === "delete";

describe("the permission table", () => {
  test("has a row for each route, and a route for each row", () => {
    const mounted = routes.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(mounted.toSorted()).toEqual(Object.keys(routeAccess).toSorted());
    expect(new Set(mounted).size).toBe(mounted.length);
  });

  test("marks every route whose answer holds tokens or codes as secret", () => {
    const secrets = /"(?:accessToken|refreshToken|token|guestUrl|qrSvg)":/;
    const unmarked = routes.filter(
      ({ answers, hasSecrets }) =>
        hasSecrets !== true &&
        Object.values(answers).some(
          ({ schema }) =>
            schema !== undefined &&
            secrets.test(JSON.stringify(z.toJSONSchema(schema, { unrepresentable: "any" }))),
        ),
    );
    expect(unmarked.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });

  test("names only callers that exist, and every caller at least once", () => {
    const named = new Set(Object.values(accessGroups).flatMap((group) => group.callers));
    expect([...named].toSorted()).toEqual(callers.toSorted());
  });

  test("is what each caller meets on the own host, a sibling's, the apex and an unknown one", async () => {
    const wrong: string[] = [];
    for (const route of routes.filter(wellFormed)) {
      const group = accessGroups[route.access];
      for (const [caller, headers] of Object.entries(mine.as) as [Caller, Credentials][]) {
        const hosts = {
          own: mine.restaurant.slug,
          sibling: theirs.restaurant.slug,
          apex: undefined,
          unknown: "unknown-restaurant",
        };
        for (const [name, host] of Object.entries(hosts)) {
          const isOpen = group.callers.includes("anyone" as never);
          const isCaller = isOpen || isAllowed(route.access, caller);
          const isHost =
            group.host === "any" || group.host === "pod"
              ? true
              : group.host === "apex"
                ? name === "apex"
                : name === "own" || (name === "sibling" && isOpen);
          if (isCaller && isHost && changing(route)) continue;
          const status = await statusOf(route, { host, headers, path: pathOf(route, mine) });
          const isRefused = [401, 403, 404].includes(status);
          // A route of the own host may still answer 404 for an id, or 403 for a person's devices.
          const isOfPerson = status === 403 && route.path.startsWith("/api/staff/:id/");
          const passes = !isRefused || (isCaller && isHost && (status === 404 || isOfPerson));
          if (status >= 500 || passes !== (isCaller && isHost) || (!passes && !isRefused))
            wrong.push(`${route.method} ${route.path} as ${caller} on ${name}: ${status}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  }, 300_000);

  test("answers ids of another restaurant like ids that do not exist", async () => {
    const wrong: string[] = [];
    const withId = routes.filter(
      (route) => route.ids?.includes("id") === true && accessGroups[route.access].host === "tenant",
    );
    expect(withId.length).toBeGreaterThan(5);
    for (const route of withId) {
      const valid = route.body === undefined ? undefined : sample(route.body);
      for (const [caller, headers] of Object.entries(mine.as) as [Caller, Credentials][]) {
        if (!isAllowed(route.access, caller)) continue;
        const answers: string[] = [];
        for (const path of [pathOf(route, theirs), pathOf(route, { ...theirs, ...nothing() })]) {
          const answer = await api.call(mine.restaurant.slug, path, {
            method: route.method.toUpperCase(),
            ...(valid === undefined ? {} : { body: valid }),
            headers: { ...headers },
          });
          answers.push(`${answer.status} ${String(answer.body["code"])}`);
        }
        const [foreign, unknown] = answers;
        if (foreign !== unknown || foreign?.startsWith("2") === true)
          wrong.push(`${route.method} ${route.path} as ${caller}: ${answers.join(" and ")}`);
      }
    }
    expect(wrong).toEqual([]);
    const board = await api.call(theirs.restaurant.slug, "/api/board", {
      headers: { ...theirs.as.owner },
    });
    expect(board.body["requests"]).toMatchObject([{ id: theirs.requestId, version: 1 }]);
  }, 60_000);
});

/** Ids that exist nowhere. */
const nothing = (): Pick<Side, "requestId" | "staffId" | "restaurant"> => ({
  requestId: randomUUID(),
  staffId: randomUUID(),
  restaurant: {
    ...theirs.restaurant,
    tables: theirs.restaurant.tables.map((table) => ({ ...table, id: randomUUID() })),
  },
});

/** A body with the required fields, as far as texts suffice. */
function sample(schema: z.ZodType): object {
  const shape = z.toJSONSchema(schema, { io: "input" }) as { required?: string[] };
  return Object.fromEntries((shape.required ?? []).map((name) => [name, "because"]));
}
