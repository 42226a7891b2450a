import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { generateKeys, loadKeys } from "@waiter/auth";
import { createDatabase, createTenant, type Database } from "@waiter/database";
import { testDatabase, type TestDatabase } from "@waiter/testkit";
import { secretChain, type RefreshToken, type SecretChain } from "./refresh-token.ts";
import { createSession, rotateSession } from "./sessions.ts";

let urls: TestDatabase;
let database: Database;
beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({ url: urls.appUrl, max: 5, name: "test" });
});
afterAll(async () => {
  await database.close();
  await urls.drop();
});

const rules = { lifetimeS: 3_600, maxLifetimeS: 86_400, perPerson: 5 };
const [one, two] = [generateKeys().privatePem, generateKeys().privatePem];
/** Api processes before and after the signing key was swapped. */
const before = secretChain(loadKeys([one, two]));
const after = secretChain(loadKeys([two, one]));

async function start() {
  const { tenant, owner } = await createTenant(database, {
    slug: "house",
    name: "House",
    owner: { email: "o@example.com", name: "O", passwordHash: "x" },
    tables: ["1"],
  });
  const refresh = async (token: RefreshToken, chain: SecretChain): Promise<RefreshToken> => {
    const rotated = await database.inTenant(tenant.id, (tx) =>
      rotateSession(tx, [token], chain, rules),
    );
    if (rotated.outcome !== "rotated") throw new Error(rotated.outcome);
    return rotated.token;
  };
  const { token } = await database.inTenant(tenant.id, (tx) =>
    createSession(tx, owner.id, before, rules),
  );
  return { token, refresh };
}

test("two tabs keep their session while the signing key is swapped", async () => {
  const { token, refresh } = await start();
  const first = await refresh(token, before);
  const second = await refresh(token, after);
  expect(second).toEqual(first);
  // Each tab goes on with its own answer, at whichever api.
  const next = await refresh(first, after);
  expect(await refresh(second, before)).toEqual(next);
  expect(await refresh(next, before)).not.toEqual(next);
});
