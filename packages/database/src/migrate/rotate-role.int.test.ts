import { expect, jest, test } from "@jest/globals";
import { startPostgres } from "@waiter/testkit";
import pg from "pg";
import { checkLogin, LoginRefusedError } from "../check-login.ts";
import { migrate } from "./migrate.ts";

jest.setTimeout(120_000);

const query = async (url: string, text: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
};

test("a password is rotated by a new role; the owner drops the old one", async () => {
  await using postgres = await startPostgres();
  const as = (username: string) =>
    Object.assign(new URL(postgres.appUrl), { username, password: `password of ${username}` }).href;
  const [before, after] = [as("app_before"), as("app_after")];
  for (const appUrl of [before, after])
    await migrate({ migrationUrl: postgres.ownerUrl, appUrl, relayUrl: postgres.relayUrl });
  for (const url of [before, after]) await query(url, "select count(*) from outbox");
  // The runbook's statements.
  const relay = new URL(postgres.relayUrl).username;
  await query(postgres.ownerUrl, `grant app_before, ${relay} to current_user`);
  await query(postgres.ownerUrl, "drop owned by app_before; drop role app_before");
  await expect(checkLogin(before, "DATABASE_URL")).rejects.toThrow(LoginRefusedError);
  await checkLogin(after, "DATABASE_URL");
  await query(after, "select count(*) from outbox");
});
