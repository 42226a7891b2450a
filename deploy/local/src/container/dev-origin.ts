/**
 * The origin alone, for a cluster: before services that run elsewhere. Environment: PORT,
 * API_ORIGINS and GATEWAY_ORIGINS (comma-separated), METRICS_ORIGINS (`name=origin`,
 * comma-separated, optional).
 */
import { createOrigin } from "../origin/create-origin.ts";

const list = (name: string): string[] =>
  (process.env[name] ?? "").split(",").flatMap((item) => item.trim() || []);

const apis = list("API_ORIGINS");
const gateways = list("GATEWAY_ORIGINS");
if (apis.length === 0 || gateways.length === 0)
  throw new Error(
    "API_ORIGINS and GATEWAY_ORIGINS must name at least one origin each, such as http://api:3000",
  );
const metrics = new Map(
  list("METRICS_ORIGINS").map((item) => item.split("=", 2) as [string, string]),
);

const origin = await createOrigin({
  port: Number(process.env["PORT"] ?? 3000),
  addresses: [process.env["HOST"] ?? "0.0.0.0"],
  apis,
  gateways,
  metrics,
});
for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.once(signal, () => void origin.close());
console.log(
  JSON.stringify({ level: "info", service: "dev-origin", message: "listening", apis, gateways }),
);
