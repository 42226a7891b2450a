import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { parseSync } from "@swc/core";

const source = join(import.meta.dirname, "..");
/** Attributes that people read or hear. */
const spoken = new Set(["aria-label", "title", "alt", "placeholder", "label"]);
const letters = /\p{Letter}{2}/u;

interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly name?: { readonly value?: string };
  readonly expression?: Node;
  readonly quasis?: readonly { readonly cooked?: string }[];
  readonly consequent?: Node;
  readonly alternate?: Node;
  readonly right?: Node;
}

/** Texts that would be shown and stand in the code of a component. */
function strayTexts(code: string): string[] {
  const found: string[] = [];
  const keep = (text: unknown) => {
    if (typeof text === "string" && letters.test(text)) found.push(text.trim());
  };
  const keepLiteral = (node: Node | null | undefined): void => {
    if (node?.type === "StringLiteral") keep(node.value);
    if (node?.type === "TemplateLiteral") node.quasis?.forEach(({ cooked }) => keep(cooked));
    if (node?.type === "ConditionalExpression") {
      keepLiteral(node.consequent);
      keepLiteral(node.alternate);
    }
    if (node?.type === "BinaryExpression") keepLiteral(node.right);
  };
  const walk = (value: unknown, parent?: Node): void => {
    if (Array.isArray(value)) for (const each of value) walk(each, parent);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return;
    const node = value as Node;
    if (node.type === "JSXText") keep(node.value);
    if (node.type === "JSXAttribute") {
      if (spoken.has(node.name?.value ?? "")) {
        const given = node.value as Node | null;
        keepLiteral(given?.type === "JSXExpressionContainer" ? given.expression : given);
      }
    } else if (node.type === "JSXExpressionContainer" && parent?.type !== "JSXAttribute")
      keepLiteral(node.expression);
    for (const child of Object.values(node)) walk(child, node);
  };
  walk(parseSync(code, { syntax: "typescript", tsx: true }).body);
  return found;
}

test("a text in a component is found", () => {
  expect(
    strayTexts(`const A = () => <p title="Hello">{x ? "Yes" : b} or <b>{t.no}</b></p>;`),
  ).toEqual(["Hello", "Yes", "or"]);
});

test("every text that people read or hear stands in the language files", () => {
  const stray = globSync("**/*.tsx", { cwd: source }).flatMap((file) =>
    strayTexts(readFileSync(join(source, file), "utf8")).map((text) => `${file}: ${text}`),
  );
  expect(stray).toEqual([]);
});
