import { execFileSync } from "node:child_process";
import { createECDH } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { find, render, root } from "../chart/helm.ts";

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      {
        mem_limit?: string;
        environment?: Record<string, string>;
        entrypoint?: readonly string[];
        volumes?: readonly string[];
      }
    >
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

test("the trial's api and worker have one pair of keys for notifications, also in an old volume", () => {
  const text = readFileSync(join(root, "deploy/compose.yaml"), "utf8");
  const { services } = parse(text, { merge: true }) as Compose;
  for (const name of ["api", "worker"]) {
    expect(services[name]?.entrypoint).toContain("--env-file=/keys/push.env");
    expect(services[name]?.volumes).toContain("keys:/keys:ro");
  }
  const folder = mkdtempSync(join(tmpdir(), "keys-"));
  try {
    const make = (services["keys"]?.entrypoint?.at(-1) ?? "").replaceAll("/keys/", `${folder}/`);
    const read = (file: string) => readFileSync(join(folder, file), "utf8");
    // What a release before has left in the volume.
    writeFileSync(join(folder, "keys.env"), "INTERNAL_TOKEN=kept");
    execFileSync(process.execPath, ["--eval", make]);
    const { VAPID_PUBLIC_KEY: shown, VAPID_PRIVATE_KEY: secret = "" } = parseEnv(read("push.env"));
    const pair = createECDH("prime256v1");
    pair.setPrivateKey(secret, "base64url");
    expect([secret.length, shown]).toEqual([43, pair.getPublicKey("base64url")]);
    execFileSync(process.execPath, ["--eval", make]);
    expect(read("keys.env")).toBe("INTERNAL_TOKEN=kept");
    expect(parseEnv(read("push.env"))["VAPID_PRIVATE_KEY"]).toBe(secret);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
