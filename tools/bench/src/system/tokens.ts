import { randomUUID } from "node:crypto";
import { signGuest, signStaff } from "@waiter/auth";
import { request } from "undici";
import type { LocalSystem } from "./local-system.ts";

/** `count` guests spread evenly over `tables` invented tables of an existing tenant. */
export function guestTokens(
  system: LocalSystem,
  tenantId: string,
  count: number,
  tables: number,
): string[] {
  const tableIds = Array.from({ length: tables }, () => randomUUID());
  return Array.from({ length: count }, (_, index) => {
    const id = randomUUID();
    return signGuest(
      { tid: tenantId, slug: "demo", sid: id, sub: id, table: tableIds[index % tables] ?? id },
      system.keys,
      { issuer: system.domainUrl },
    ).token;
  });
}

/** `count` sessions of one staff member. */
export function staffTokens(
  system: LocalSystem,
  tenantId: string,
  count: number,
  role: "waiter" | "manager" = "waiter",
): string[] {
  const sub = randomUUID();
  return Array.from(
    { length: count },
    () =>
      signStaff(
        { tid: tenantId, slug: "demo", sid: randomUUID(), sub, name: "Bench", role },
        system.keys,
        { issuer: system.domainUrl },
      ).token,
  );
}

/** The id of the tenant `demo`: what its own tokens say. */
export async function demoTenant(system: LocalSystem): Promise<string> {
  const { api, tableToken } = system.local();
  const answer = await post(api, "/api/guest/sessions", system.tenantHost, { tableToken });
  const { accessToken } = answer as { accessToken: string };
  const claims = JSON.parse(
    Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString(),
  ) as { tid: string };
  return claims.tid;
}

/** POST with a Host of our own, which `fetch` would refuse. @throws on any answer but 2xx. */
export async function post(
  origin: string,
  path: string,
  host: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const { statusCode, body: answer } = await request(origin + path, {
    method: "POST",
    headers: { host, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (statusCode >= 300) throw new Error(`${path}: ${statusCode} ${text.slice(0, 300)}`);
  return text === "" ? undefined : JSON.parse(text);
}
