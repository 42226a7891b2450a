/**
 * `pnpm test:screenshots [--base <commit>] [--update] [--only <parts of scenes' names>]`: takes
 * pictures of every page and state at five widths, light, dark and right to left, and compares them
 * pixel by pixel with the baseline of this machine. `--base` makes the baseline from a commit
 * first; so does a run without a baseline, from HEAD. `--update` accepts what the pages show now.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openBrowser } from "@waiter/bench";
import { startSystem } from "@waiter/testkit";
import { checkOut } from "../adjacent/check-out.ts";
import { findBase } from "../adjacent/find-base.ts";
import { run } from "../adjacent/run.ts";
import { Baseline } from "./baseline.ts";
import { differenceOf } from "./pictures.ts";
import { prepareCast } from "./prepare.ts";
import { scenes as allScenes } from "./scenes/index.ts";
import { picturesOfScene, takePictures, type OnPicture } from "./take-pictures.ts";
import type { Change } from "./write-report.ts";

const root = join(import.meta.dirname, "../../..");
const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== "--"),
  options: {
    base: { type: "string" },
    update: { type: "boolean", default: false },
    only: { type: "string", default: "" },
  },
});
const only = values.only.split(",");
const scenes = allScenes.filter(({ name }) => only.some((part) => name.includes(part)));
const baseline = new Baseline(join(root, ".screenshots"));
/** A picture that differs is taken again so often: a slow machine may still be painting. */
const attempts = 3;

process.exitCode = (await main()) ? 0 : 1;

async function main(): Promise<boolean> {
  if (scenes.length === 0) throw new Error(`no scene has "${values.only}" in its name`);
  if (values.update) return (await keepPictures(await describeTree())).length === 0;
  if (values.base !== undefined || baseline.origin === undefined)
    await baselineFrom(values.base ?? "HEAD");
  return compare();
}

/**
 * Takes the baseline's pictures of a commit: its pages, built and served by its own api. A scene
 * that the commit does not have yet leaves no picture.
 */
async function baselineFrom(commit: string): Promise<void> {
  const base = await findBase(root, commit);
  console.log(`baseline: ${base.commit}; checking it out, installing and building it`);
  await using release = await checkOut(root, base.commit);
  await run("pnpm", ["--filter", "@waiter/web", "build"], release.root);
  if (values.only === "") baseline.clear();
  await keepPictures(base.commit, release.root);
}

/** @returns the scenes that did not open. */
async function keepPictures(of: string, apiRoot?: string): Promise<readonly string[]> {
  let count = 0;
  const { browser, failed } = await takeAll(apiRoot, async (name, take) => {
    let [before, picture] = [await take(), await take()];
    for (let more = 0; more < attempts && !before.equals(picture); more++)
      [before, picture] = [picture, await take()];
    baseline.keep(name, picture);
    count++;
  });
  baseline.sign({ of, browser });
  console.log(`${count} pictures of ${of} are the baseline now`);
  return failed;
}

async function compare(): Promise<boolean> {
  const { origin } = baseline;
  console.log(`comparing with ${origin?.of} in ${origin?.browser}`);
  baseline.forgetChanges();
  const taken = new Set<string>();
  const changes: Change[] = [];
  const { browser, failed } = await takeAll(undefined, async (name, take) => {
    taken.add(name);
    const change = await changeOf(name, take);
    if (change === undefined) return;
    changes.push(change);
    console.error(`FAIL ${name}: ${change.text}`);
  });
  const problems = failed.map((scene) => `${scene}: does not open`);
  if (values.only === "" && failed.length === 0)
    for (const name of baseline.names())
      if (!taken.has(name)) problems.push(`${name}: no scene makes this picture any more`);
  if (problems.length > 0) console.error(problems.join("\n"));
  console.log(`${taken.size - changes.length} of ${taken.size} pictures are as before`);
  if (changes.length > 0) {
    console.error(`before, after and difference: ${baseline.report(changes)}`);
    console.error("as intended? accept them: pnpm test:screenshots --update");
    if (origin?.browser !== browser)
      console.error(`the browser was ${origin?.browser}, now ${browser}: give --base <commit>`);
  }
  return problems.length + changes.length === 0;
}

/** @returns how the picture differs from the baseline's; undefined if it does not. */
async function changeOf(name: string, take: () => Promise<Buffer>): Promise<Change | undefined> {
  const before = baseline.read(name);
  let after = await take();
  if (before === undefined)
    return baseline.keepChange(name, "the baseline has no such picture", { after });
  let difference = await differenceOf(before, after);
  for (let more = 1; more < attempts && difference !== undefined; more++) {
    after = await take();
    difference = await differenceOf(before, after);
  }
  if (difference === undefined) return undefined;
  const { text, picture } = difference;
  const pictures = { before, after, ...(picture !== undefined && { difference: picture }) };
  return baseline.keepChange(name, text, pictures);
}

/** Both directions of writing, against one system. */
async function takeAll(
  apiRoot: string | undefined,
  onPicture: OnPicture,
): Promise<{ readonly browser: string; readonly failed: readonly string[] }> {
  const env = apiRoot === undefined ? {} : { WAITER_API_ROOT: apiRoot };
  await using system = await startSystem({ env });
  const browser = await openBrowser();
  try {
    console.log(`${scenes.length} scenes with ${picturesOfScene} pictures each`);
    using cast = await prepareCast(system);
    const failed: string[] = [];
    const onFailure = (scene: string, error: unknown) => {
      failed.push(scene);
      console.error(`FAIL ${scene} does not open:`, error);
    };
    await takePictures(browser, cast, scenes, { onPicture, onFailure });
    return { browser: `Chromium ${browser.version()}`, failed };
  } finally {
    await browser.close();
  }
}

async function describeTree(): Promise<string> {
  const commit = (await run("git", ["rev-parse", "HEAD"], root)).trim();
  const changes = (await run("git", ["status", "--porcelain"], root)).trim();
  return changes === "" ? commit : `the working tree on ${commit}`;
}
