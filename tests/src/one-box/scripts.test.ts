import { spawnSync } from "node:child_process";
import { createECDH } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";

const sources = join(import.meta.dirname, "../../../deploy/one-box");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "one-box-scripts-"));
  mkdirSync(join(folder, "bin"));
  mkdirSync(join(folder, "one-box"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that the script finds before the machine's own. */
const fake = (name: string, body: string): void =>
  writeFileSync(join(folder, "bin", name), `#!/usr/bin/env bash\n${body}\n`, { mode: 0o755 });

/** Runs a copy of the script in which `replaced` is another text. */
function run(script: string, args: readonly string[], replaced: Readonly<Record<string, string>>) {
  const copy = join(folder, "one-box", script);
  let text = readFileSync(join(sources, script), "utf8");
  for (const [from, to] of Object.entries(replaced)) {
    expect(text).toContain(from);
    text = text.replaceAll(from, to);
  }
  writeFileSync(copy, text);
  return spawnSync("bash", [copy, ...args], {
    env: { PATH: `${join(folder, "bin")}${delimiter}${process.env["PATH"]}` },
    encoding: "utf8",
    timeout: 20_000,
  });
}

/** The nightly loop with two pauses; a third one ends it. */
function twoNights() {
  const backups = join(folder, "backups");
  mkdirSync(backups);
  const old = join(backups, "waiter-2026-01-01-031700.dump");
  writeFileSync(old, "good");
  utimesSync(old, new Date("2026-01-01"), new Date("2026-01-01"));
  fake("sleep", `echo x >>'${folder}/pauses'; [ "$(wc -l <'${folder}/pauses')" -lt 3 ]`);
  fake("pg_restore", "exit 0");
  const { stdout } = run("backup.sh", ["nightly"], {
    "folder=/backups": `folder='${backups}'`,
    "/tmp/started": join(folder, "started"),
  });
  const kept = readdirSync(backups);
  const modes = kept.map((name) => statSync(join(backups, name)).mode & 0o077);
  return { stdout, kept, hasOld: existsSync(old), isReadByOthers: modes.some((mode) => mode > 0) };
}

test("a dump that fails is no backup, leaves no part, and deletes no older one", () => {
  fake("pg_dump", 'for last; do :; done; echo half >"${last#--file=}"; exit 1');
  expect(twoNights()).toMatchObject({
    stdout: "",
    kept: ["waiter-2026-01-01-031700.dump"],
    hasOld: true,
  });
});

test("a dump that succeeds replaces the ones of 14 days ago, and only its owner reads it", () => {
  fake("pg_dump", 'for last; do :; done; echo whole >"${last#--file=}"');
  const { stdout, kept, hasOld, isReadByOthers } = twoNights();
  expect(stdout).toMatch(/^wrote waiter-.*\.dump, 6 bytes\n/);
  expect(kept.every((name) => name.endsWith(".dump"))).toBe(true);
  expect([hasOld, isReadByOthers]).toEqual([false, false]);
});

/** Starts what is stopped; `made`: services by the id of a container that never started, and when. */
function startStopped(stopped: readonly string[], made: Readonly<Record<string, string>> = {}) {
  const inspected = Object.entries(made).map(([id, text]) => `*" ${id}") echo '${text}' ;;`);
  fake(
    "docker",
    `case $* in
  *"--status exited"*) printf '%s\n' ${stopped.join(" ")} ;;
  *"--status created"*) printf '%s\n' ${Object.keys(made).join(" ")} ;;
  ${inspected.join("\n  ")}
  *) service=\${!#}; echo "$service"; [ "$service" != caddy ] ;;
esac`,
  );
  const { stdout, status } = run("start-stopped.sh", [], {});
  return [stdout.trim().split("\n"), status];
}

test("a service that cannot start delays no other, and the script fails", () => {
  expect(startStopped(["api", "caddy", "migrate", "postgres"])).toEqual([
    ["api", "caddy", "postgres"],
    1,
  ]);
});

test("what an interrupted upgrade made starts, and what a running upgrade made does not", () => {
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const made = { c1: `${ago(16)} api`, c2: `${ago(14)} worker`, c3: `${ago(60)} migrate` };
  expect(startStopped(["redis"], made)).toEqual([["redis", "api", "migrate"], 0]);
});

/** A restore in which Docker's commands with `failing` in them fail; the commands that change something. */
function restore(failing: string, first = "DATABASE_URL=postgres://db/waiter") {
  fake(
    "docker",
    `echo "$* $DATABASE_URL"
case $* in *--single-transaction*) cat ;; esac
case $* in *"${failing}"*) echo "it broke" >&2; exit 1 ;; esac`,
  );
  const dump = join(folder, "file.dump");
  writeFileSync(dump, "text");
  mkdirSync(join(folder, "one-box/secrets"), { recursive: true });
  writeFileSync(
    join(folder, "one-box/secrets/migrate.env"),
    `${first}\n${["RELAY_", "MIGRATION_"]
      .map((name) => `${name}DATABASE_URL=postgres://db/waiter\n`)
      .join("")}`,
  );
  const { stdout, stderr, status } = run("restore.sh", [dump], {});
  return { status, stderr, lines: stdout.split("\n") };
}
/** Names the database itself, not the copy. */
const replaces = /compose stop|\/waiter$|rename|dbname=waiter |drop database if exists waiter /;

test.each([
  ["is no dump", "--file=/dev/null"],
  ["breaks halfway", "pg_restore --dbname"],
  ["has no tables of Waiter", "pgmigrations"],
  ["cannot be migrated", "run --rm"],
  ["gets no new epoch", "epoch bump"],
])("a dump that %s changes nothing and stops no service", (_, failing) => {
  const { status, stderr, lines } = restore(failing);
  expect(status).toBe(1);
  expect(stderr).toMatch(/it broke[^]*file\.dump has failed[^]*Nothing was changed/);
  expect(lines.filter((line) => replaces.test(line))).toEqual([]);
  expect(lines.at(-2)).toContain("drop database if exists waiter_restored");
});

test.each(["export DATABASE_URL=postgres://db/waiter", "DATABASE_URL=postgres://db/other"])(
  "a restore runs no command on the database in use where its settings say %s",
  (line) => {
    const { status, stderr, lines } = restore("nothing", line);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/migrate\.env[^]*Nothing was/)]);
    expect(lines.filter((text) => /run --rm|compose stop/.test(text))).toEqual([]);
  },
);

test("a restore that cannot replace the database starts the services again", () => {
  const { status, stderr, lines } = restore("--single-transaction");
  expect([status, stderr]).toEqual([1, expect.stringContaining("as it was before. Starting")]);
  expect(lines.at(-2)).toContain("compose up --detach");
  expect(startStopped(["api", "caddy"])).toEqual([["api", "caddy"], 1]);
});

test("a restore whose services do not start names the database that has the old data", () => {
  const { status, stderr, lines } = restore("up --detach --wait caddy");
  expect([status, stderr]).toEqual([1, expect.stringContaining("is in the database waiter_repl")]);
  expect(lines.filter((line) => line.includes("drop database if exists waiter_repl"))).toHaveLength(
    1,
  );
});

test("a restore migrates a second database, which a rename makes the first one", () => {
  const { status, lines } = restore("nothing");
  expect([status, lines.at(-2)]).toEqual([0, "restored file.dump"]);
  const stop = lines.findIndex((line) => line.startsWith("compose stop"));
  expect(lines.slice(0, stop).some((line) => replaces.test(line))).toBe(false);
  const copied = lines.slice(0, stop).filter((line) => line.includes("run --rm"));
  expect(copied.map((line) => line.split(" ").at(-1))).toEqual(
    Array.from({ length: 3 }, () => "postgres://db/waiter_restored"),
  );
  expect(lines.slice(stop).join(" ")).toContain("alter database waiter_restored rename to waiter;");
});

/** Runs a script of a box that has all of them. */
function make(script: string, ...args: string[]) {
  for (const name of readdirSync(sources).filter((file) => file.endsWith(".sh")))
    copyFileSync(join(sources, name), join(folder, "one-box", name));
  return spawnSync("bash", [join(folder, "one-box", script), ...args], { encoding: "utf8" });
}

test("settings that exist are kept, and no secrets are made beside them", () => {
  writeFileSync(join(folder, ".env"), "WAITER_HTTP_PORT=8080\n");
  const { status, stderr } = make("make-secrets.sh", "example.com", "you@example.com");
  expect([status, stderr]).toEqual([1, expect.stringMatching(/\.env exists.*Nothing was changed/)]);
  expect(readFileSync(join(folder, ".env"), "utf8")).toBe("WAITER_HTTP_PORT=8080\n");
  expect(existsSync(join(folder, "one-box/secrets"))).toBe(false);
});

test("a new box has a pair of keys for push notifications, and gets no second one", () => {
  expect(make("make-secrets.sh", "example.com", "you@example.com")).toMatchObject({ status: 0 });
  const read = (service: string) => {
    const text = readFileSync(join(folder, "one-box/secrets", `${service}.env`), "utf8");
    return Object.fromEntries(
      [...text.matchAll(/^(VAPID_\w+)=(.+)$/gm)].map(([, key, value]) => [key, value]),
    ) as Record<string, string>;
  };
  const { VAPID_PRIVATE_KEY: secret = "", ...worker } = read("worker");
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(secret, "base64url");
  expect(Buffer.from(secret, "base64url")).toHaveLength(32);
  expect(worker).toEqual({
    VAPID_PUBLIC_KEY: pair.getPublicKey("base64url"),
    VAPID_SUBJECT: "mailto:you@example.com",
  });
  expect(read("api")).toEqual({ VAPID_PUBLIC_KEY: worker["VAPID_PUBLIC_KEY"] });
  expect(read("gateway")).toEqual({});
  expect(make("make-push-keys.sh", "you@example.com")).toMatchObject({ status: 1 });
  expect(read("api")).toEqual({ VAPID_PUBLIC_KEY: worker["VAPID_PUBLIC_KEY"] });
  // A run that ended between its two files.
  const api = join(folder, "one-box/secrets/api.env");
  writeFileSync(api, readFileSync(api, "utf8").replace(/^VAPID_.*\n/gm, ""));
  expect(make("make-push-keys.sh", "you@example.com")).toMatchObject({ status: 0 });
  expect(read("api")).toEqual({ VAPID_PUBLIC_KEY: worker["VAPID_PUBLIC_KEY"] });
  expect(read("worker")).toEqual({ ...worker, VAPID_PRIVATE_KEY: secret });
});
