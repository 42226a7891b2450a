import { escaped, json, prose, styleElement } from "./render-docs.ts";

interface Message {
  readonly name: string;
  readonly summary: string;
  readonly payload: unknown;
}
interface Channel {
  readonly address: string;
  readonly messages: Readonly<Record<string, Message>>;
}
interface Operation {
  readonly action: "send" | "receive";
  readonly channel: { readonly $ref: string };
  readonly summary: string;
  readonly messages: readonly { readonly $ref: string }[];
  readonly reply?: { readonly messages: readonly { readonly $ref: string }[] };
}
interface Document {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly channels: Readonly<Record<string, Channel>>;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

/** An AsyncAPI document as one HTML page, without script, in the style of the HTTP interface's. */
export function renderSockets(given: Record<string, unknown>): string {
  const document = given as unknown as Document;
  const { title, version, description } = document.info;
  const sections = Object.entries(document.channels).map(([name, channel]) => {
    const operations = Object.entries(document.operations).filter(
      ([, { channel: of }]) => of.$ref === `#/channels/${name}`,
    );
    const articles = operations.map(([id, operation]) => article(id, operation, channel));
    const heading = `Namespace <code>${escaped(channel.address)}</code>`;
    return `<section><h2>${heading}</h2>${articles.join("")}</section>`;
  });
  const shapes = Object.entries(document.components.schemas).map(
    ([name, schema]) =>
      `<details id="${escaped(name)}"><summary>${escaped(name)}</summary>${json(schema)}</details>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
${styleElement}
</head>
<body>
<header><h1>${escaped(title)} <small>${escaped(version)}</small></h1><p>${prose(description)}</p>
<p><a href="/api/asyncapi.json">AsyncAPI 3 document</a> · <a href="/api/docs">HTTP</a></p></header>
<main>${sections.join("")}<section><h2>Shapes</h2>${shapes.join("")}</section></main>
</body>
</html>`;
}

function article(id: string, operation: Operation, { messages }: Channel): string {
  const [message, answer] = [operation.messages, operation.reply?.messages].map(
    (refs) => messages[refs?.[0]?.$ref.split("/").at(-1) ?? ""],
  );
  if (message === undefined) return "";
  const [direction, colour] = operation.action === "send" ? ["gateway", "get"] : ["client", "post"];
  return `<article id="${escaped(id)}">
<h3><b class="${colour}">${direction}</b> <code>${escaped(message.name)}</code></h3>
<p>${prose(operation.summary)}</p>
<details><summary>Payload</summary>${json(message.payload)}</details>
${answer === undefined ? "" : acknowledgement(json(answer.payload))}
</article>`;
}

const acknowledgement = (payload: string): string =>
  `<details><summary>Acknowledgement</summary>${payload}</details>`;
