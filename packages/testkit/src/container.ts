import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type * as Testcontainers from "testcontainers";

/** The parts of Testcontainers in use, loaded only where containers run. */
export async function loadTestcontainers(): Promise<typeof Testcontainers> {
  // The reaper is one more image; the run's teardown removes what a test left behind.
  process.env["TESTCONTAINERS_RYUK_DISABLED"] ??= "true";
  return import("testcontainers");
}

/** Label on every container of ours, its value being the folder of the run. */
export const runLabel = "waiter.testkit.run";

/** A started container that can be frozen, killed and started again on its port. */
export class Container {
  readonly #started: Testcontainers.StartedTestContainer;
  #state: "running" | "paused" | "exited" = "running";

  private constructor(started: Testcontainers.StartedTestContainer) {
    this.#started = started;
  }

  static async start(definition: Testcontainers.GenericContainer): Promise<Container> {
    return new Container(await definition.start());
  }

  async pause(): Promise<void> {
    if (this.#state !== "running") return;
    await docker("pause", this.#started.getId());
    this.#state = "paused";
  }

  async resume(): Promise<void> {
    if (this.#state !== "paused") return;
    await docker("unpause", this.#started.getId());
    this.#state = "running";
  }

  /** Ends the server; its data stays. */
  async end(signal: string): Promise<void> {
    await this.resume();
    if (this.#state !== "running") return;
    await docker("kill", "--signal", signal, this.#started.getId());
    await docker("wait", this.#started.getId());
    this.#state = "exited";
  }

  async startAgain(): Promise<void> {
    if (this.#state !== "exited") return;
    await docker("start", this.#started.getId());
    this.#state = "running";
  }

  async remove(): Promise<void> {
    await docker("rm", "--force", "--volumes", this.#started.getId());
    this.#state = "exited";
  }
}

/** Removes every container that the run labelled `run` left behind. */
export async function removeContainersOf(run: string): Promise<void> {
  const ids = (await docker("ps", "--all", "--quiet", "--filter", `label=${runLabel}=${run}`))
    .split("\n")
    .filter(Boolean);
  if (ids.length > 0) await docker("rm", "--force", "--volumes", ...ids);
}

async function docker(...args: string[]): Promise<string> {
  return (await promisify(execFile)("docker", args)).stdout.trim();
}
