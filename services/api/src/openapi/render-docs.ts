interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Record<string, unknown>[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: unknown;
  }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: unknown }> };
  readonly responses: Record<
    string,
    {
      readonly description: string;
      readonly content?: Record<string, { readonly schema?: unknown }>;
    }
  >;
}
interface Entry {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

export const escaped = (text: unknown): string =>
  String(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
export const prose = (text: string): string =>
  escaped(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>");
export const json = (schema: unknown): string =>
  `<pre tabindex="0">${escaped(JSON.stringify(schema, null, 2))}</pre>`;

/**
 * An OpenAPI document as one HTML page. It holds no script; its style is inline, and our content
 * security policy allows it by its hash.
 */
export function renderDocs(document: Record<string, unknown>): string {
  const info = document.info as { title: string; version: string; description: string };
  const entries = Object.entries(
    document.paths as Record<string, Record<string, Operation>>,
  ).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Entry => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
  const groups = [...Map.groupBy(entries, ({ operation }) => operation.tags[0] ?? "Other")];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(info.title)} API</title>
${styleElement}
</head>
<body>
<header>
<h1>${escaped(info.title)} API <small>${escaped(info.version)}</small></h1>
<p>${prose(info.description)}</p>
<p><a href="/api/openapi.json">OpenAPI 3.1 document</a>
· <a href="/api/docs/sockets">Sockets</a></p>
</header>
<nav aria-label="Routes">${groups.map(contents).join("")}</nav>
<main>${groups.map(section).join("")}</main>
</body>
</html>`;
}

const section = ([tag, list]: [string, Entry[]]): string =>
  `<section><h2>${escaped(tag)}</h2>${list.map(article).join("")}</section>`;

const contents = ([tag, list]: [string, Entry[]]): string =>
  `<h2>${escaped(tag)}</h2><ul>${list.map(({ method, path, operation }) => `<li><a href="#${escaped(operation.operationId)}"><b class="${method.toLowerCase()}">${method}</b> ${escaped(path)}</a></li>`).join("")}</ul>`;

function article({ method, path, operation }: Entry): string {
  const who = operation.security.flatMap((scheme) => Object.keys(scheme)).join(", ") || "all";
  return `<article id="${escaped(operation.operationId)}">
<h3><b class="${method.toLowerCase()}">${method}</b> <code>${escaped(path)}</code></h3>
<p>${prose(operation.summary)} <span class="who">for: ${escaped(who)}</span></p>
${operation.description === undefined ? "" : `<p>${prose(operation.description)}</p>`}
${parametersTable(operation)}
${Object.entries(operation.requestBody?.content ?? {})
  .map(
    ([type, { schema }]) =>
      `<details><summary>Body <code>${escaped(type)}</code></summary>${json(schema)}</details>`,
  )
  .join("")}
<table>
<thead><tr><th scope="col">Status</th><th scope="col">Meaning</th></tr></thead>
<tbody>${Object.entries(operation.responses).map(answerRow).join("")}</tbody>
</table>
</article>`;
}

function parametersTable({ parameters = [] }: Operation): string {
  if (parameters.length === 0) return "";
  const rows = parameters.map(
    (one) =>
      `<tr><td><code>${escaped(one.name)}</code></td><td>${escaped(one.in)}${one.required ? ", required" : ""}</td><td><code>${escaped(JSON.stringify(one.schema))}</code></td></tr>`,
  );
  return `<table><thead><tr><th scope="col">Parameter</th><th scope="col">Where</th><th scope="col">Shape</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function answerRow([status, { description, content = {} }]: [
  string,
  Operation["responses"][string],
]): string {
  const bodies = Object.entries(content)
    .filter(([type, { schema }]) => schema !== undefined && type !== "application/problem+json")
    .map(
      ([type, { schema }]) =>
        `<details><summary><code>${escaped(type)}</code></summary>${json(schema)}</details>`,
    );
  return `<tr><td>${escaped(status)}</td><td>${prose(description)}${bodies.join("")}</td></tr>`;
}

/** The style of both pages, allowed by its hash. */
export const styleElement = `<style>
:root{color-scheme:light dark;--line:#8884;--soft:#8881}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:70rem;padding:1.5rem}
small,.who{color:GrayText;font-weight:400;font-size:.85rem}
nav{columns:20rem;border-block:1px solid var(--line);padding-block:1rem}
nav h2{font-size:1rem;margin:.5rem 0 0}
nav ul{list-style:none;margin:0;padding:0}
article{border-top:1px solid var(--line);padding-block:.75rem}
h3{font-size:1.05rem;margin:.25rem 0}
b{font-size:.75rem;display:inline-block;min-width:3.5rem;text-align:center;border-radius:.25rem;
  padding:.1rem .3rem;color:#fff;background:#555}
.get{background:#1a6d3c}
.post{background:#1656a8}
.delete{background:#a82020}
.put,.patch{background:#8a5a00}
table{border-collapse:collapse;width:100%;font-size:.9rem;margin-block:.5rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .5rem;border:1px solid var(--line)}
pre{overflow:auto;background:var(--soft);padding:.75rem;border-radius:.25rem;max-height:24rem}
code{font-size:.9em;overflow-wrap:anywhere}
summary{cursor:pointer}
</style>`;
