import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "../..");
const services = ["api", "socket-gateway", "worker"].map((name) =>
  join(root, "services", name, "src/service.ts"),
);

/**
 * In a process of its own: loads these modules, starts tracing as a service does, and says which
 * modules of OpenTelemetry's SDK that brought along (all of its packages but the API, whose tracer
 * does nothing by itself).
 */
async function loadedOfSdk(endpoint: string | undefined): Promise<string[]> {
  const telemetryModule = join(root, "packages/telemetry/src/index.ts");
  const script = `
    import { registerHooks } from "node:module";
    const loaded = new Set();
    registerHooks({ load(url, context, next) { loaded.add(url); return next(url, context); } });
    for (const module of ${JSON.stringify(services)}) await import(module);
    const { startTelemetry } = await import(${JSON.stringify(telemetryModule)});
    const endpoint = ${JSON.stringify(endpoint)};
    const telemetry = startTelemetry({ service: "test", version: "1", endpoint });
    await telemetry.started;
    const sdk = [...loaded].filter((url) => /@opentelemetry\\/(?!api\\/)/.test(url));
    console.log(JSON.stringify({ all: loaded.size, sdk }));
    process.exit();`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=source", "--input-type=module", "--eval", script],
    {
      maxBuffer: 10_000_000,
    },
  );
  const { all, sdk } = JSON.parse(stdout) as { all: number; sdk: string[] };
  expect(all).toBeGreaterThan(100);
  return sdk;
}

test("without an endpoint no service loads the tracing SDK", async () => {
  expect(await loadedOfSdk(undefined)).toEqual([]);
});

test("with one it is loaded, so the test above would see it", async () => {
  expect((await loadedOfSdk("http://127.0.0.1:1")).length).toBeGreaterThan(10);
});
