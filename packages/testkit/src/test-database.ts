import { randomUUID } from "node:crypto";
import { createOwner, databaseUrls, onServer, ownerRole, type DatabaseUrls } from "./postgres.ts";
import { requiredTestEnvironment } from "./test-environment.ts";

const templateName = "waiter_template";

export interface TestDatabase extends DatabaseUrls, AsyncDisposable {
  readonly name: string;
  /** Removes it, ending its sessions. The run's teardown does so too. */
  drop(): Promise<void>;
}

/** A database of one's own on the run's shared server, as the migrations leave it. */
export async function testDatabase(): Promise<TestDatabase> {
  const adminUrl = requiredTestEnvironment("postgresUrl");
  const template = requiredTestEnvironment("template");
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await onServer(adminUrl, (admin) =>
    admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER ${ownerRole}`),
  );
  const drop = async (): Promise<void> => {
    await onServer(adminUrl, (admin) =>
      admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
    );
  };
  return { name, ...databaseUrls(adminUrl, name), drop, [Symbol.asyncDispose]: drop };
}

/**
 * Makes the database that `testDatabase` clones; `migrate` fills it as the owner. Answers its name.
 */
export async function createTemplate(
  adminUrl: string,
  migrate: (urls: DatabaseUrls) => Promise<void>,
): Promise<string> {
  await onServer(adminUrl, async (admin) => {
    const { rowCount } = await admin.query("SELECT FROM pg_roles WHERE rolname = $1", [ownerRole]);
    if (rowCount === 0) await createOwner(admin);
    await admin.query(`CREATE DATABASE ${templateName} OWNER ${ownerRole}`);
  });
  await migrate(databaseUrls(adminUrl, templateName));
  return templateName;
}
