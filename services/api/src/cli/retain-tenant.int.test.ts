import { expect, jest, test } from "@jest/globals";
import { createDatabase, createTenant } from "@waiter/database";
import { testDatabase } from "@waiter/testkit";
import { runCommand } from "./run-command.ts";

test("tenant retain sets and removes a restaurant's own retention", async () => {
  await using urls = await testDatabase();
  await using database = createDatabase({ url: urls.appUrl, max: 2, name: "test" });
  const { tenant } = await createTenant(database, {
    slug: "pizza",
    name: "Pizza",
    owner: { email: "o@example.com", name: "O", passwordHash: "x" },
    tables: ["1"],
  });
  const days = () =>
    database.inTenant(tenant.id, (tx) =>
      tx.selectFrom("tenant").select("request_retention_days as days").executeTakeFirstOrThrow(),
    );
  const env = { DATABASE_URL: urls.appUrl, DOMAIN_URL: "http://localhost:3000" };
  const log = jest.spyOn(console, "log").mockImplementation(() => undefined);
  const error = jest.spyOn(console, "error").mockImplementation(() => undefined);
  try {
    const run = (...args: string[]) => runCommand("tenant", ["retain", "pizza", ...args], env);
    expect(await run("--days", "30")).toBe(0);
    expect(await days()).toEqual({ days: 30 });
    for (const wrong of [[], ["--days", "0"], ["--days", "x"], ["--days", "9", "--default"]])
      expect(await run(...wrong)).toBe(2);
    expect(await days()).toEqual({ days: 30 });
    expect(await run("--default")).toBe(0);
    expect(await days()).toEqual({ days: null });
  } finally {
    log.mockRestore();
    error.mockRestore();
  }
}, 60_000);
