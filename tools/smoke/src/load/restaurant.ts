import { randomBytes } from "node:crypto";
import {
  createTenantAnswer,
  guestSessionAnswer,
  loginAnswer,
  type LoginAnswer,
} from "@waiter/contracts";
import { send, type Sent } from "../send.ts";
import type { LoadOptions } from "./load-options.ts";

export interface Guest {
  readonly accessToken: string;
  readonly type: string;
}
export interface Restaurant {
  readonly slug: string;
  readonly host: string;
  /** The owner's; every screen of the restaurant shares it. */
  readonly session: LoginAnswer;
  readonly guests: readonly Guest[];
  remove(): Promise<void>;
}

const tables = 40;
/** Bound of each HTTP call that prepares or removes a restaurant: a busy node answers late. */
const timeoutMs = 60_000;

/** A tenant with tables, a guest at each, and its owner logged in. */
export async function openRestaurant({ target, platformToken }: LoadOptions): Promise<Restaurant> {
  const { apiUrl, domainUrl } = target;
  const slug = `load-${randomBytes(6).toString("hex")}`;
  const host = `${slug}.${domainUrl.host}`;
  const platform = {
    host: domainUrl.host,
    timeoutMs,
    headers: { authorization: `Bearer ${platformToken}` },
  };
  const owner = {
    email: `${slug}@waiter.test`,
    name: "Load",
    password: randomBytes(16).toString("base64url"),
  };
  const labels = Array.from({ length: tables }, (_, index) => `${index + 1}`);
  const created = createTenantAnswer.parse(
    ok(
      await send("POST", `${apiUrl}/api/platform/tenants`, {
        ...platform,
        body: { slug, name: slug, owner, tables: labels },
      }),
    ),
  );
  const login = loginAnswer.parse(
    ok(
      await send("POST", `${apiUrl}/api/auth/login`, {
        host,
        timeoutMs,
        body: { email: owner.email, password: owner.password },
      }),
    ),
  );
  const guests = [];
  for (const { token } of created.tables) {
    const session = guestSessionAnswer.parse(
      ok(
        await send("POST", `${apiUrl}/api/guest/sessions`, {
          host,
          timeoutMs,
          body: { tableToken: token },
        }),
      ),
    );
    guests.push({ accessToken: session.accessToken, type: session.requestTypes[0]?.key ?? "" });
  }
  return {
    slug,
    host,
    session: login,
    guests,
    remove: async () =>
      void (await send("DELETE", `${apiUrl}/api/platform/tenants/${slug}`, platform)),
  };
}

function ok({ status, body }: Sent): unknown {
  if (status >= 300)
    throw new Error(
      `a restaurant could not be made: ${status} ${JSON.stringify(body).slice(0, 300)}`,
    );
  return body;
}
