import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";

const services = ["api", "socket-gateway", "worker"] as const;
const mainOf = (service: string): string =>
  fileURLToPath(new URL(`../../services/${service}/src/main.ts`, import.meta.url));

async function start(service: string, args: readonly string[] = []) {
  const env = { PATH: process.env["PATH"], NODE_ENV: "production", LOG_LEVEL: "loud", PORT: "x" };
  try {
    await promisify(execFile)(process.execPath, ["--conditions=source", mainOf(service), ...args], {
      env,
    });
    throw new Error("it started");
  } catch (error) {
    return error as { readonly code: number; readonly stdout: string; readonly stderr: string };
  }
}

test.each(services)(
  "%s reports a wrong environment as one JSON line per problem and exits with 78",
  async (service) => {
    const { code, stderr, stdout } = await start(service);
    expect({ code, stdout }).toEqual({ code: 78, stdout: "" });
    const lines = stderr
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { level: string; service: string; message: string });
    for (const line of lines) expect(line).toMatchObject({ level: "error", service });
    for (const name of ["LOG_LEVEL", "PORT", "REDIS_URL"])
      expect(
        lines.filter(({ message }) => message.startsWith(`configuration: ${name} `)),
      ).toHaveLength(1);
  },
);

test("a command of the api reports a wrong environment in the same way", async () => {
  const { code, stderr } = await start("api", ["migrate"]);
  expect(code).toBe(78);
  expect(JSON.parse(stderr.trim().split("\n")[0] ?? "")).toMatchObject({ service: "api" });
});
