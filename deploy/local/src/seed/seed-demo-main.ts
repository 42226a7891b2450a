/**
 * Makes the demo restaurant in the database of DATABASE_URL, once the schema is there, and says
 * where it is under DOMAIN_URL and who logs in with what; doing it again changes nothing.
 */
import { demoSlug, seedDemo } from "./seed-demo.ts";

const url = process.env["DATABASE_URL"];
if (url === undefined) throw new Error("DATABASE_URL must name the database");

const domain = new URL(process.env["DOMAIN_URL"] ?? "http://localhost:3000");
domain.hostname = `${demoSlug}.${domain.hostname}`;

const { tables, staff } = await seedDemo(url, { reset: false });
const guests = tables.map(({ label, token }) => ({
  label,
  url: new URL(`/t/${token}`, domain).href,
}));
console.log(
  JSON.stringify({
    level: "info",
    service: "seed",
    message: "the demo restaurant is there",
    board: new URL("/board", domain).href,
    staff,
    guests,
  }),
);
