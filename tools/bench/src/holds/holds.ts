import type { Profiler } from "node:inspector";

/** Some time in which the event loop served nothing else; times of `process.hrtime`, ms. */
export interface Hold {
  readonly from: number;
  readonly to: number;
  /** CPU of the thread meanwhile, ms: without the time in which other processes had its core. */
  readonly cpuMs: number;
}
export interface Pause {
  readonly from: number;
  readonly to: number;
}
/** Milliseconds by what was done, the longest first. */
export type Work = readonly (readonly [string, number])[];
export interface HoldReport {
  readonly holds: readonly NamedHold[];
  /** Of the whole time. */
  readonly work: Work;
}
export interface NamedHold {
  /** Seconds since the probe started. */
  readonly atS: number;
  readonly wallMs: number;
  /** CPU of the thread less that of garbage collections, ms. */
  readonly ownMs: number;
  readonly collectionMs: number;
  readonly work: Work;
}

/** A file of the project, or of one of its dependencies. */
const file = /(?:.*\/node_modules\/|^file:.*?\/(?=services\/|packages\/|tools\/))([^?]+)/;

/** Function and file of the outermost frame outside Node; without one, the innermost function. */
function nameFrames(profile: Profiler.Profile): Map<number, string> {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const names = new Map<number, string>();
  const visit = (id: number, outer: string | undefined): void => {
    const { callFrame, children = [] } = nodes.get(id) ?? {};
    const path = file.exec(callFrame?.url ?? "")?.[1]?.replace("src/", "");
    const place = `${path}:${(callFrame?.lineNumber ?? 0) + 1}`;
    const name = outer ?? (path && `${callFrame?.functionName ?? ""} ${place}`.trim());
    names.set(id, name ?? (callFrame?.functionName || "(native)"));
    for (const child of children) visit(child, name);
  };
  const [root] = profile.nodes;
  if (root !== undefined) visit(root.id, undefined);
  return names;
}

/** Tells collections apart from other work, and names the work by the samples of a profile. */
export function nameHolds(
  holds: readonly Hold[],
  collections: readonly Pause[],
  profile: Profiler.Profile,
): HoldReport {
  const names = nameFrames(profile);
  const { samples = [], timeDeltas = [], startTime } = profile;
  const times: number[] = [];
  let at = startTime / 1_000;
  for (const delta of timeDeltas) times.push((at += delta / 1_000));
  const workBetween = (from: number, to: number): Work => {
    const work = new Map<string, number>();
    for (let index = firstAt(times, from); index < times.length; index += 1) {
      if ((times[index] ?? 0) > to) break;
      const name = names.get(samples[index] ?? 0) ?? "";
      if (name === "(idle)") continue;
      work.set(name, (work.get(name) ?? 0) + (timeDeltas[index] ?? 0) / 1_000);
    }
    return [...work].toSorted(([, a], [, b]) => b - a);
  };
  const named = holds.map(({ from, to, cpuMs }): NamedHold => {
    const done = workBetween(from, to);
    const sampled = done.reduce((sum, [, ms]) => sum + ms, 0);
    const share = (done.find(([name]) => name === collector)?.[1] ?? 0) / (sampled || 1);
    const paused = collections.reduce(
      (sum, pause) => sum + Math.max(0, Math.min(to, pause.to) - Math.max(from, pause.from)),
      0,
    );
    // Steps of an incremental collection are no pauses: only samples show them.
    const collectionMs = Math.max(paused, share * cpuMs);
    return {
      atS: (from - startTime / 1_000) / 1_000,
      wallMs: to - from,
      ownMs: Math.max(0, cpuMs - collectionMs),
      collectionMs,
      work: done,
    };
  });
  return { holds: named, work: workBetween(-Infinity, Infinity) };
}

const collector = "(garbage collector)";

/** Index of the first time at or after `from`. */
function firstAt(times: readonly number[], from: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
