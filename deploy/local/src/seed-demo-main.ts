/** Makes the demo restaurant in the database of DATABASE_URL, once the schema is there; doing it again changes nothing. */
import { seedDemo } from "./seed-demo.ts";

const url = process.env["DATABASE_URL"];
if (url === undefined) throw new Error("DATABASE_URL must name the database");

const { tables, staff } = await seedDemo(url, { reset: false });
console.log(
  JSON.stringify({ level: "info", service: "seed", message: "the demo restaurant is there", tables, staff: staff.map(({ email, role }) => ({ email, role })) }),
);
