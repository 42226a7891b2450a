import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** A picture that is not as the baseline has it. */
export interface Change {
  readonly name: string;
  /** How it differs. */
  readonly text: string;
  /** Which of its pictures lie beside the report, as `<name>.<part>.png`. */
  readonly parts: readonly string[];
}

const style = `
  body { font: 16px system-ui, sans-serif; margin: 1rem; }
  div { display: flex; gap: 1rem; align-items: start; overflow-x: auto; }
  figure { margin: 0; }
  img { max-width: 32rem; border: 1px solid; }
`;

/** Writes `index.html` into `folder`: each change with its pictures side by side. @returns its path. */
export function writeReport(folder: string, changes: readonly Change[]): string {
  const file = join(folder, "index.html");
  const sections = changes.map(
    ({ name, text, parts }) =>
      `<h2>${name}</h2><p>${text}</p><div>${parts.map((part) => figureOf(name, part)).join("")}</div>`,
  );
  writeFileSync(
    file,
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${changes.length} pictures differ</title><style>${style}</style><h1>${changes.length} pictures differ</h1>${sections.join("\n")}</html>\n`,
  );
  return file;
}

const figureOf = (name: string, part: string): string =>
  `<figure><figcaption>${part}</figcaption><a href="${name}.${part}.png"><img loading="lazy" src="${name}.${part}.png" alt="${name}, ${part}"></a></figure>`;
