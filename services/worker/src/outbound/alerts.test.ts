import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { createMetrics } from "@waiter/metrics";
import { loadWorkerConfig } from "../config.ts";
import { createOutbound } from "./create-outbound.ts";

const alerts = readFileSync(
  join(import.meta.dirname, "../../../../helm/waiter/files/alerts.yaml"),
  "utf8",
);

/** What the alerts ask of a metric's labels: `name label value`, one of each alternative. */
const asked = new Set(
  [...alerts.matchAll(/(waiter_(?:deliveries|outbound)\w+)\{__PODS__,([^}]*)\}/g)].flatMap(
    ([, name = "", matchers = ""]) =>
      [...matchers.matchAll(/(\w+)(=~|!=|=)"([^"]+)"/g)].flatMap(
        ([, label, operator, value = ""]) =>
          operator === "=~"
            ? valuesOf(value).map((one) => [name, label, one].join(" "))
            : [[name, label, value].join(" ")],
      ),
  ),
);

/** `5xx|timed_out` or `[234]xx`. */
function valuesOf(expression: string): string[] {
  return expression.split("|").flatMap((one) => {
    const [, digits, rest = ""] = /^\[(\d+)\](.*)$/.exec(one) ?? [];
    return digits === undefined ? [one] : digits.split("").map((digit) => digit + rest);
  });
}

test("the alerts about deliveries select values that a worker's series have from the start", async () => {
  const metrics = createMetrics({ defaults: false });
  const config = loadWorkerConfig({
    NODE_ENV: "test",
    DATABASE_URL: "postgres://a/b",
    RELAY_DATABASE_URL: "postgres://r/b",
    REDIS_URL: "redis://c",
  });
  const outbound = createOutbound(config, metrics);
  // A circuit has series once its host was called.
  for (const target of ["push", "ntfy", "webhook"] as const) {
    const url = "https://10.0.0.1/";
    const refused = outbound.send({ target, url, method: "POST", headers: {}, body: "" });
    await expect(refused).rejects.toMatchObject({ reason: "address_refused" });
  }
  await outbound.close();
  const text = await metrics.registry.metrics();
  const series = new Set(
    [...text.matchAll(/^(\w+)\{([^}]*)\}/gm)].flatMap(([, name = "", labels = ""]) =>
      [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, value]) =>
        [name, label, value].join(" "),
      ),
    ),
  );
  expect(asked.size).toBeGreaterThan(8);
  expect([...asked].filter((one) => !series.has(one))).toEqual([]);
});
