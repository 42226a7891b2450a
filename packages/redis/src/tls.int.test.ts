import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { findRedisServer, freePort, LocalRedis } from "@waiter/local-servers";
import { silentLogger } from "@waiter/logger";
import { call } from "./testing/call.ts";
import { connectRedis, type RedisConnectionOptions } from "./index.ts";

let folder: string;
const closing: (() => Promise<unknown>)[] = [];
const file = (name: string): string => join(folder, name);
const words = (line: string): string[] => line.split(" ");
const text = (name: string): string => readFileSync(file(name), "utf8");

/** The connection keeps trying, so that a refusal is a time-out. */
const refused = (url: string, options: Partial<RedisConnectionOptions> = {}): Promise<string> =>
  answer(url, { ...options, waitMs: 2_000 });

/** Certificates name `localhost` only, while the servers announce 127.0.0.1. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "waiter-tls-"));
  const openssl = (command: string) =>
    execFileSync("openssl", words(command), { cwd: folder, stdio: "pipe" });
  const key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
  openssl(`req -x509 ${key} -keyout ca.key -out ca.pem -days 2 -subj /CN=ca`);
  writeFileSync(file("names"), "subjectAltName=DNS:localhost");
  for (const name of ["server", "client"]) {
    openssl(`req ${key} -keyout ${name}.key -out ${name}.csr -subj /CN=${name}`);
    openssl(
      `x509 -req -in ${name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out ${name}.pem -extfile names`,
    );
  }
});
afterAll(async () => {
  for (const close of closing.reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

const certificates = (): string =>
  `--tls-ca-cert-file ${file("ca.pem")} --tls-cert-file ${file("server.pem")} --tls-key-file ${file("server.key")}`;
const tlsArgs = (port: number): string => `--tls-port ${port} ${certificates()} --appendonly no`;

/**
 * A server with a plain port for the test and a port with TLS, which requires a client certificate.
 */
async function startServer(args: (tlsPort: number) => string) {
  const tlsPort = await freePort();
  const server = await LocalRedis.start({
    command: findRedisServer(process.env["PATH"]) ?? "redis-server",
    folder: mkdtempSync(join(folder, "redis-")),
    port: await freePort(),
    args: words(args(tlsPort)),
  });
  closing.push(() => server.kill());
  return { port: server.port, tlsPort };
}

async function answer(
  url: string,
  { waitMs = 20_000, ...options }: Partial<RedisConnectionOptions> & { waitMs?: number } = {},
): Promise<string> {
  const connection = connectRedis({
    url,
    name: "test",
    role: "command",
    logger: silentLogger,
    certificates: { ca: text("ca.pem"), cert: text("client.pem"), key: text("client.key") },
    delayMs: () => 100,
    ...options,
  });
  try {
    await connection.ready(waitMs);
    await connection.client.set("waiter:{t}:x", "1");
    return "ready";
  } catch (error) {
    return (error as Error).message;
  } finally {
    await connection.close();
  }
}

test("a standalone server is verified by its host name and asks for a client certificate", async () => {
  const { tlsPort } = await startServer(tlsArgs);
  expect(await answer(`rediss://localhost:${tlsPort}`)).toBe("ready");
  expect(await refused(`rediss://127.0.0.1:${tlsPort}`)).toContain("not ready");
  expect(await answer(`rediss://127.0.0.1:${tlsPort}?tlsServername=localhost`)).toBe("ready");
  const ca = text("ca.pem");
  expect(await refused(`rediss://localhost:${tlsPort}`, { certificates: { ca } })).toContain(
    "not ready",
  );
  expect(await refused(`rediss://localhost:${tlsPort}`, { certificates: {} })).toContain(
    "not ready",
  );
}, 90_000);

test("a Cluster that announces addresses is verified by the host names of the URL", async () => {
  const busPort = await freePort();
  const { port, tlsPort } = await startServer(
    (tls) =>
      `${tlsArgs(tls)} --cluster-enabled yes --tls-cluster yes --cluster-announce-ip 127.0.0.1 --cluster-port ${busPort} --cluster-announce-tls-port ${tls}`,
  );
  await call(port, "CLUSTER", "ADDSLOTSRANGE", "0", "16383");
  expect(await answer(`redis-cluster://localhost:${tlsPort}?tls=true`)).toBe("ready");
  expect(await refused(`redis-cluster://127.0.0.1:${tlsPort}?tls=true`)).toContain("not ready");
}, 90_000);

test("sentinels are asked over TLS, and the master is verified by their host names", async () => {
  const { tlsPort } = await startServer(tlsArgs);
  const config = file("sentinel.conf");
  const watcherPort = await freePort();
  const tls = certificates().replaceAll(" --", "\n").slice(2);
  writeFileSync(
    config,
    `sentinel monitor mymaster 127.0.0.1 ${tlsPort} 1\ntls-replication yes\ntls-port ${watcherPort}\n${tls}\n`,
  );
  const watcher = await LocalRedis.start({
    command: findRedisServer(process.env["PATH"]) ?? "redis-server",
    folder,
    port: await freePort(),
    args: [config, "--sentinel"],
  });
  closing.push(() => watcher.kill());
  expect(await answer(`redis-sentinel://localhost:${watcherPort}/mymaster?tls=true`)).toBe("ready");
  expect(await refused(`redis-sentinel://127.0.0.1:${watcherPort}/mymaster?tls=true`)).toContain(
    "not ready",
  );
  const plain = `redis-sentinel://localhost:${watcher.port}/mymaster?tls=true&sentinelTls=false`;
  expect(await answer(plain)).toBe("ready");
}, 90_000);

test("a user without INFO and CONFIG is ready, and its commands work", async () => {
  const { port } = await startServer(() => "--appendonly no");
  await call(
    port,
    "ACL",
    "SETUSER",
    "waiter",
    "on",
    ">secret",
    "~*",
    "&*",
    "+@all",
    "-info",
    "-config",
  );
  expect(await answer(`redis://waiter:secret@127.0.0.1:${port}`)).toBe("ready");
}, 90_000);
