import { randomUUID } from "node:crypto";
import { startSystem } from "@waiter/testkit";
import { eachOne } from "./pairings.ts";
import { Visitor } from "./visitor.ts";

/**
 * Staff sessions and guest sessions that pass between an api of this release and one of the release
 * before, as they do while an upgrade rolls. Returns the problems.
 *
 * @param domainUrl of the system; cookies have other names and flags under https.
 */
export async function trySessions(oldRoot: string, domainUrl?: string): Promise<string[]> {
  await using system = await startSystem({
    apis: 2,
    env: {
      WAITER_API_ROOT: eachOne(oldRoot),
      ...(domainUrl !== undefined && { DOMAIN_URL: domainUrl }),
    },
  });
  const [current = "", before = ""] = system.file.apis;
  const names = { [current]: "new", [before]: "old" };
  const host = new URL(system.file.tenantOrigin).host;
  const [login] = system.file.staffMembers;
  const { tableToken } = system.file;
  const problems: string[] = [];
  const expect = async (
    what: string,
    origin: string,
    task: () => Promise<{ status: number }>,
    status: number,
  ): Promise<void> => {
    const answer = await task().catch((error: unknown) => ({ status: String(error) }));
    if (answer.status !== status)
      problems.push(`${what} at the ${names[origin]} api: ${answer.status}, expected ${status}`);
  };

  for (const [type, ...path] of [
    ["water", current, before, current, before],
    ["bill", before, current, before, current],
  ]) {
    for (const inBody of [false, true]) {
      const staff = new Visitor(host, inBody);
      const kept = inBody ? "refresh token in the body" : "refresh cookie";
      const [first = "", ...rest] = path;
      await expect(`login, ${kept}`, first, () => staff.login(first, login), 200);
      for (const origin of rest) {
        await expect(`refresh, ${kept}`, origin, () => staff.refresh(origin), 200);
        for (const api of [current, before])
          await expect(`board, ${kept}`, api, () => staff.get(api, "/api/board"), 200);
      }
      await expect(`logout, ${kept}`, first, () => staff.logout(first), 204);
      await expect(`refresh after logout`, rest[0] ?? "", () => staff.refresh(rest[0] ?? ""), 401);
    }
    const [first = "", second = ""] = path;
    const guest = new Visitor(host, false);
    await expect("guest session", first, () => guest.sitDown(first, tableToken), 201);
    const key = randomUUID();
    await expect("guest request", second, () => guest.order(second, { type }, key), 201);
    await expect("guest request repeated", first, () => guest.order(first, { type }, key), 201);
    if (new Set(guest.requestIds).size !== 1)
      problems.push("one idempotency key made two requests in two releases");
  }
  return problems;
}
