import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { find, render, root } from "../chart/helm.ts";

interface Compose {
  readonly services: Readonly<
    Record<string, { mem_limit?: string; environment?: Record<string, string> }>
  >;
}

test("the box's gateway accepts as many sockets as the chart's with this memory", () => {
  const text = readFileSync(join(root, "deploy/compose.production.yaml"), "utf8");
  const { services } = parse(text, { merge: true }) as Compose;
  const { mem_limit: memory = "", environment } = services["socket-gateway"] ?? {};
  const limit = memory.replace(/m$/, "Mi");
  const chart = render({
    ci: "small",
    set: {
      "socketGateway.maxConnections": 0,
      "socketGateway.resources.limits.memory": limit,
      "socketGateway.resources.requests.memory": limit,
    },
  });
  const { MAX_CONNECTIONS: wanted } = find(chart, "ConfigMap", "w-waiter-socket-gateway")["data"];
  expect(environment?.["MAX_CONNECTIONS"]).toBe(wanted);
});
