/** Copies the comments of the chart's values.yaml into values.schema.json as descriptions. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { valuesOf, type Value } from "./chart-values.ts";

interface Schema {
  description?: string;
  properties?: Record<string, Schema>;
  [keyword: string]: unknown;
}

const path = "helm/waiter/values.schema.json";

/** Path -> text of the schema. */
export function chartSchema(): Map<string, string> {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, "..", path), "utf8")) as Schema;
  for (const value of valuesOf()) describe(schema, value);
  return new Map([[path, `${JSON.stringify(schema, null, 2)}\n`]]);
}

/**
 * Writes a value's description into its property. A `$ref` has its properties elsewhere, described
 * there.
 */
function describe(schema: Schema, { path: names, text }: Value): void {
  if (text === "") return;
  let property: Schema | undefined = schema;
  for (const name of names) property = property?.properties?.[name];
  if (property !== undefined) property.description = text;
}
