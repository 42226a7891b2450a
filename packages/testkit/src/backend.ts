import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { testEnvironment } from "./test-environment.ts";

/** The official images that the tests run against. */
export const images = { postgres: "postgres:18-bookworm", redis: "redis:7-bookworm" } as const;

export type Backend = "local" | "containers";

/**
 * Where test servers run: as WAITER_TESTKIT says, else in containers when an engine answers that
 * has the images, else as programs of this machine.
 */
export async function chooseBackend(): Promise<Backend> {
  const wanted = testEnvironment("backend") ?? "auto";
  if (wanted === "local" || wanted === "containers") return wanted;
  if (wanted !== "auto")
    throw new Error(`WAITER_TESTKIT must be local, containers or auto, not ${wanted}`);
  try {
    await promisify(execFile)("docker", ["image", "inspect", ...Object.values(images)], {
      timeout: 5_000,
      maxBuffer: 10_000_000,
    });
    return "containers";
  } catch {
    return "local";
  }
}
