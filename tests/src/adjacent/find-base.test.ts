import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { findBase } from "./find-base.ts";
import { run } from "./run.ts";

let folder: string;
let repository: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "waiter-base-"));
  repository = join(folder, "repository");
  await run("git", ["init", "--quiet", repository], folder);
  await commit("first");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const git = (...args: string[]): Promise<string> =>
  run("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], repository);
async function commit(text: string, releases: Record<string, string> = {}): Promise<string> {
  writeFileSync(join(repository, "text"), text);
  writeFileSync(join(repository, "releases.json"), JSON.stringify(releases));
  await git("add", ".");
  await git("commit", "--quiet", "-m", text);
  return (await git("rev-parse", "HEAD")).trim();
}

test("the base is the last release before HEAD", async () => {
  const first = await commit("0.1.0");
  const second = await commit("0.2.0");
  const releases = { "0.1.0": first, "0.2.0": second };
  await commit("next", releases);
  expect(await findBase(repository, undefined)).toEqual({ name: "0.2.0", commit: second });

  writeFileSync(
    join(repository, "releases.json"),
    JSON.stringify({ ...releases, "0.3.0": (await git("rev-parse", "HEAD")).trim() }),
  );
  expect((await findBase(repository, undefined)).name).toBe("0.2.0");
});

test("an asked base wins over the releases", async () => {
  const first = await commit("0.1.0");
  await commit("next", { "0.1.0": first });
  expect((await findBase(repository, "HEAD^")).commit).toBe(first);
});

test("a repository without a release fails", async () => {
  await expect(findBase(repository, undefined)).rejects.toThrow("names no release");
});

test("a shallow clone names the command that completes it", async () => {
  const first = await commit("0.1.0");
  await commit("next", { "0.1.0": first });
  const shallow = join(folder, "shallow");
  await run("git", ["clone", "--quiet", "--depth", "1", `file://${repository}`, shallow], folder);
  await expect(findBase(shallow, undefined)).rejects.toThrow("git fetch --unshallow");
});
