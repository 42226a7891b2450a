/**
 * Fails when folders or files import each other in a circle inside one service, package or tool.
 * Types count, tests do not: a reader who follows the imports never comes back to where they began.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { root } from "./run-step.ts";
import { workspaces } from "./tsconfig-references.ts";

const fixture = "scripts/boundaries/must-fail-circle/src";
const importOf = /(?:\bfrom\s+|\bimport\s*\(?\s*)"(\.{1,2}\/[^"]+)"/g;

const problems: string[] = [];
if (findCircles(join(root, fixture)).length !== 2)
  problems.push(`${fixture}: its circles were not found`);
for (const folder of workspaces().map((workspace) => `${workspace.folder}/src`)) {
  for (const circle of findCircles(join(root, folder)))
    problems.push(`${folder}: ${circle.join(" <-> ")}`);
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

/**
 * The circles below `top`: each the entries (paths from `top`) of one folder that reach one another
 * by imports.
 */
function findCircles(top: string): string[][] {
  const edges = new Map<string, Set<string>>();
  const files = globSync("**/*.{ts,tsx}", { cwd: top }).filter((file) => !/\.test\./.test(file));
  for (const file of files) {
    for (const [, target = ""] of readFileSync(join(top, file), "utf8").matchAll(importOf)) {
      const imported = relative(top, resolve(top, dirname(file), target));
      if (imported.startsWith("..") || !existsSync(join(top, imported))) continue;
      const [from, to] = divergence(file, imported);
      if (from === to) continue;
      edges.set(from, (edges.get(from) ?? new Set()).add(to));
    }
  }
  return stronglyConnected(edges).filter((circle) => circle.length > 1);
}

/**
 * The entries of the deepest folder that holds both files: `a/b/c.ts`, `a/d.ts` give `a/b`,
 * `a/d.ts`.
 */
function divergence(one: string, other: string): [string, string] {
  const [a, b] = [one.split("/"), other.split("/")];
  let depth = 0;
  while (depth < a.length - 1 && depth < b.length - 1 && a[depth] === b[depth]) depth += 1;
  return [a.slice(0, depth + 1).join("/"), b.slice(0, depth + 1).join("/")];
}

/** Groups of nodes that reach one another. */
function stronglyConnected(edges: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const reach = new Map([...edges.keys()].map((node) => [node, reachable(edges, node)]));
  const groups = new Map<string, string[]>();
  for (const node of edges.keys()) {
    const group = [...edges.keys()].filter(
      (other) => reach.get(node)?.has(other) === true && reach.get(other)?.has(node) === true,
    );
    if (group.length > 0) groups.set(group.toSorted().join(), group.toSorted());
  }
  return [...groups.values()];
}

function reachable(edges: ReadonlyMap<string, ReadonlySet<string>>, start: string): Set<string> {
  const seen = new Set<string>();
  const open = [start];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const next of edges.get(node) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return seen;
}
