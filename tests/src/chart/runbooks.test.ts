import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { find, render, root, type Manifest } from "./helm.ts";

const folder = join(root, "docs/runbooks");
const pages = readdirSync(folder).map(
  (page) => [page, readFileSync(join(folder, page), "utf8")] as const,
);
/** The release that the pages assume. */
const release = render({ ci: "keda", set: { fullnameOverride: "waiter" } });

describe("the runbooks", () => {
  test("name objects and labels that the release has", () => {
    const kinds: Record<string, string> = {
      deployment: "Deployment",
      scaledobject: "ScaledObject",
    };
    const named = pages.flatMap(([, text]) =>
      Array.from(
        text.matchAll(/\b(deployment|scaledobject)\/([a-z-]+)/g),
        ([, kind = "", name = ""]) => [kind, name] as const,
      ),
    );
    expect(named.length).toBeGreaterThan(5);
    for (const [kind, name] of named)
      expect(find(release, kinds[kind] ?? "", name).metadata.name).toBe(name);
    const selectors = pages.flatMap(
      ([, text]) => text.match(/app\.kubernetes\.io\/component=[a-z-]+/g) ?? [],
    );
    for (const selector of new Set(selectors))
      expect(["api", "socket-gateway", "worker", "migrate"]).toContain(selector.split("=")[1]);
  });
  test("contain complete helm and kubectl commands", () => {
    const commands = pages.flatMap(([, text]) =>
      Array.from(text.matchAll(/`((?:helm|kubectl) [^`]+)`/g), ([, command = ""]) => command),
    );
    expect(commands.length).toBeGreaterThan(15);
    const whole = [
      /^helm upgrade waiter helm\/waiter --reset-then-reuse-values --set-string [a-z]+\.rolloutToken="\$\(date \S+\)"$/,
      /^helm (?:rollback|uninstall) waiter\b/,
      /^helm get values waiter --revision <n> --output yaml \| helm upgrade waiter helm\/waiter --wait --values -$/,
      /^kubectl config set-context --current --namespace waiter$/,
      // The name of a command, in a sentence about it.
      /^(?:helm|kubectl) [a-z]+(?: --install)?$/,
      /^kubectl (?:get|describe|logs|scale|annotate|rollout restart|delete (?:pod|networkpolicy)|patch secret|top pod) \S/,
    ];
    expect(
      commands.filter(
        (command) => command.includes("...") || !whole.some((pattern) => pattern.test(command)),
      ),
    ).toEqual([]);
  });
  test("set each variable in the block of commands that uses it", () => {
    const blocks = pages.flatMap(([page, text]) =>
      Array.from(text.matchAll(/```sh\n([^]*?)```/g), ([, block = ""]) => [page, block] as const),
    );
    const unset = blocks.flatMap(([page, block]) =>
      Array.from(block.matchAll(/\$\{?([a-z]\w*)/g), ([, name = ""]) => name)
        .filter((name) => !new RegExp(`\\b${name}=`).test(block))
        .map((name) => `${page}: ${name}`),
    );
    expect(blocks.length).toBeGreaterThan(5);
    expect(unset).toEqual([]);
  });
  test("a rotation ends with the new Redis password, which its own commands then use", () => {
    const page = readFileSync(join(folder, "rotate-secrets.md"), "utf8");
    const [, commands = ""] = /## Redis passwords[^]*?```sh\n([^]*?)```/.exec(page) ?? [];
    // `redis-cli` 7.0 refuses a URL whose user is empty.
    expect(commands.match(/rediss?:\/\/[^@]*@/g)).toEqual([
      "rediss://default:old-password@",
      "rediss://default:new-password@",
    ]);
    const lines = commands.trim().split("\n");
    const removal = lines.findIndex((line) => line.includes("'<old-password'"));
    expect(removal).toBeGreaterThan(0);
    for (const line of lines.slice(removal)) expect(line).toContain('redis-cli -u "$new_url"');
  });
  test("the epoch pod reaches Postgres, and no Service selects it", () => {
    const page = readFileSync(join(folder, "restored-database.md"), "utf8");
    const pod = parse(/<<'END'\n([\s\S]*?)\n +END/.exec(page)?.[1] ?? "") as Manifest;
    const matches = (selector: Record<string, string>, labels = pod.metadata.labels ?? {}) =>
      Object.entries(selector).every(([name, value]) => labels[name] === value);
    const ours = render({ ci: "small", set: { fullnameOverride: "waiter" } }).map(
      (manifest) =>
        JSON.parse(
          JSON.stringify(manifest).replaceAll(
            '"app.kubernetes.io/instance":"w"',
            '"app.kubernetes.io/instance":"waiter"',
          ),
        ) as Manifest,
    );
    const policies = ours.filter(
      ({ kind, spec }) => kind === "NetworkPolicy" && matches(spec.podSelector.matchLabels ?? {}),
    );
    expect(
      policies.flatMap(({ spec }) =>
        (spec.egress ?? []).flatMap((rule: { ports: { port: unknown }[] }) =>
          rule.ports.map(({ port }) => port),
        ),
      ),
    ).toContain(5432);
    const services = ours
      .filter(({ kind, spec }) => kind === "Service" && matches(spec.selector))
      .flatMap(({ spec }) => spec.ports.map(({ name }: { name: string }) => name));
    expect(services).toEqual(["ops"]);
    const job = find(ours, "Job", "waiter-migrate")["spec"].template.spec.containers[0];
    const [migrate] = pod["spec"].initContainers;
    expect([migrate.image, migrate.args]).toEqual([job.image, job.args]);
    expect(pod["spec"].containers[0]).toMatchObject({
      image: job.image,
      args: ["epoch", "bump"],
      envFrom: migrate.envFrom,
    });
    expect(migrate.envFrom).toEqual([
      { configMapRef: { name: "waiter-api" } },
      { secretRef: { name: "waiter-stores" } },
    ]);
    expect(find(ours, "ConfigMap", "waiter-api")["data"].DOMAIN_URL).toBe("https://waiter.example");
  });
});
