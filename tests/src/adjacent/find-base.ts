import { run } from "./run.ts";

/** What to compare with: `asked`, else the last tag that is not this very commit. Undefined where there is neither. */
export async function findBase(
  root: string,
  asked: string | undefined,
): Promise<string | undefined> {
  const git = (...args: string[]) => run("git", args, root);
  const commit = async (name: string): Promise<string> =>
    (await git("rev-parse", "--verify", `${name}^{commit}`)).trim();
  if (asked !== undefined) return commit(asked);
  for (const from of ["HEAD", "HEAD^"]) {
    try {
      const tag = await commit((await git("describe", "--tags", "--abbrev=0", from)).trim());
      if (tag !== (await commit("HEAD"))) return tag;
    } catch {
      // no tag, no such commit, or no repository at all
    }
  }
  return undefined;
}
