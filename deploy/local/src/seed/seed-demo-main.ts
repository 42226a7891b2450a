/**
 * Makes the demo restaurant in the database of DATABASE_URL, once the schema is there, and says
 * where it is under DOMAIN_URL and who logs in with what; doing it again changes nothing.
 */
import { createDatabase, waitForSchema } from "@waiter/database";
import { demoSlug, seedDemo } from "./seed-demo.ts";

/** Longest wait for the migration; then the Job starts this program again. */
const schemaTimeoutMs = 300_000;
const log = (level: string, message: string, fields: object = {}): void =>
  console.log(JSON.stringify({ level, service: "seed", message, ...fields }));

const url = process.env["DATABASE_URL"];
if (url === undefined) throw new Error("DATABASE_URL must name the database");

const domain = new URL(process.env["DOMAIN_URL"] ?? "http://localhost:3000");
domain.hostname = `${demoSlug}.${domain.hostname}`;

{
  await using database = createDatabase({ url, name: "waiter-seed", max: 1 });
  await waitForSchema({
    db: database.db,
    signal: AbortSignal.timeout(schemaTimeoutMs),
    logger: { warn: (message) => log("warn", message) },
  });
}
const { tables, staff } = await seedDemo(url, { reset: false });
const guests = tables.map(({ label, token }) => ({
  label,
  url: new URL(`/t/${token}`, domain).href,
}));
log("info", "the demo restaurant is there", {
  board: new URL("/board", domain).href,
  staff,
  guests,
});
