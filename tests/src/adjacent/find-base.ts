import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.ts";

/** The release to compare with: its version (or what the caller asked for) and its full commit. */
export interface Base {
  readonly name: string;
  readonly commit: string;
}

/**
 * The base of the adjacent test: `asked` (any name of a commit), else the last release of
 * `releases.json` that is not HEAD itself.
 *
 * Throws when there is none, and when this clone does not hold the commit.
 */
export async function findBase(root: string, asked: string | undefined): Promise<Base> {
  const head = await resolveCommit(root, "HEAD");
  if (asked !== undefined) {
    const commit = await resolveCommit(root, asked);
    if (commit === undefined) throw new Error(await missing(root, asked));
    return { name: asked, commit };
  }
  const release = readReleases(root).findLast(({ commit }) => commit !== head);
  if (release === undefined)
    throw new Error("releases.json names no release before this commit: give --base <commit>");
  if ((await resolveCommit(root, release.commit)) === undefined)
    throw new Error(await missing(root, `${release.commit} (release ${release.name})`));
  return release;
}

/** The releases of `releases.json`, oldest first. */
function readReleases(root: string): Base[] {
  const releases = JSON.parse(readFileSync(join(root, "releases.json"), "utf8")) as Record<
    string,
    string
  >;
  return Object.entries(releases).map(([name, commit]) => ({ name, commit }));
}

async function resolveCommit(root: string, name: string): Promise<string | undefined> {
  return run("git", ["rev-parse", "--verify", "--quiet", `${name}^{commit}`], root).then(
    (output) => output.trim(),
    () => undefined,
  );
}

async function missing(root: string, what: string): Promise<string> {
  const shallow = await run("git", ["rev-parse", "--is-shallow-repository"], root);
  return shallow.trim() === "true"
    ? `this clone is shallow and lacks ${what}: run \`git fetch --unshallow\``
    : `this repository has no commit ${what}`;
}
