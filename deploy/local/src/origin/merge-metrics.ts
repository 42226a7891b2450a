/** One process's `/metrics` in the Prometheus text format. */
export interface Exposition {
  readonly process: string;
  readonly text: string;
}

/**
 * Puts several expositions into one: families written once, every sample with a label `process`.
 */
export function mergeMetrics(expositions: readonly Exposition[]): string {
  const families = new Map<string, { readonly head: Set<string>; readonly samples: string[] }>();
  for (const { process, text } of expositions) {
    let family = "";
    for (const line of text.split("\n")) {
      const [, kind, name] = /^# (HELP|TYPE) (\S+)/.exec(line) ?? [];
      if (name !== undefined) family = name;
      if (line === "" || (kind === undefined && line.startsWith("#"))) continue;
      let entry = families.get(family);
      if (entry === undefined) families.set(family, (entry = { head: new Set(), samples: [] }));
      if (kind === undefined) entry.samples.push(withLabel(line, process));
      else if (![...entry.head].some((other) => other.startsWith(`# ${kind} `)))
        entry.head.add(line);
    }
  }
  return [...families.values()]
    .flatMap(({ head, samples }) => [...head, ...samples, ""])
    .join("\n");
}

function withLabel(sample: string, process: string): string {
  const label = `process="${process}"`;
  const brace = sample.indexOf("{");
  const space = sample.indexOf(" ");
  if (brace === -1 || brace > space)
    return `${sample.slice(0, space)}{${label}}${sample.slice(space)}`;
  const comma = sample[brace + 1] === "}" ? "" : ",";
  return `${sample.slice(0, brace + 1)}${label}${comma}${sample.slice(brace + 1)}`;
}
