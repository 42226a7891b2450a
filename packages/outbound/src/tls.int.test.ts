import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createMetrics } from "@waiter/metrics";
import { OutboundClient } from "./index.ts";
import type { ResolveHost } from "./resolve-host.ts";

const usual = getCACertificates("default");
const folder = mkdtempSync(join(tmpdir(), "waiter-outbound-tls-"));
const closers: (() => unknown)[] = [];
beforeAll(() => {
  openssl("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=ca");
  setDefaultCACertificates([...usual, read("ca.pem")]);
});
afterAll(() => {
  setDefaultCACertificates(usual);
  for (const close of closers) close();
  rmSync(folder, { recursive: true });
});

const openssl = (command: string) =>
  execFileSync("openssl", command.split(" "), { cwd: folder, stdio: "pipe" });
const read = (name: string) => readFileSync(join(folder, name), "utf8");

/** An HTTPS server on 127.0.0.1 whose certificate is for `name`. */
async function host(name: string, validity = "-days 2", ca = "ca"): Promise<number> {
  writeFileSync(join(folder, "names"), `subjectAltName=DNS:${name}`);
  openssl(`req -newkey rsa:2048 -nodes -keyout host.key -out host.csr -subj /CN=${name}`);
  openssl(
    `x509 -req -in host.csr -CA ${ca}.pem -CAkey ${ca}.key -CAcreateserial -out host.pem -extfile names ${validity}`,
  );
  const server = createServer({ key: read("host.key"), cert: read("host.pem") }, (_, response) => {
    response.writeHead(201, { connection: "close" }).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

function client(resolve: ResolveHost = async () => ["127.0.0.1"]) {
  const outbound = new OutboundClient({
    privateNetworks: ["127.0.0.1"],
    timeoutMs: 30_000,
    maxAnswerBytes: 1_000,
    perHost: 10,
    perTarget: { push: 50, ntfy: 50, webhook: 50 },
    breakAfter: 100,
    halfOpenAfterMs: 100,
    metrics: createMetrics({ defaults: false }),
    resolve,
  });
  closers.push(() => outbound.close());
  return (port: number) =>
    outbound.send({
      target: "push",
      url: `https://push.test:${port}/`,
      method: "POST",
      headers: {},
      body: "hello",
    });
}

test("a host with the right name under a trusted authority is called", async () => {
  expect(await client()(await host("push.test"))).toMatchObject({ status: 201 });
});

test("a certificate for another name is refused", async () => {
  const port = await host("other.test");
  await expect(client()(port)).rejects.toMatchObject({
    reason: "unreachable",
    cause: { code: "ERR_TLS_CERT_ALTNAME_INVALID" },
  });
});

test("an expired certificate is refused", async () => {
  const port = await host("push.test", "-days -1");
  await expect(client()(port)).rejects.toMatchObject({
    reason: "unreachable",
    cause: { code: "CERT_HAS_EXPIRED" },
  });
});

test("a certificate of an unknown authority is refused", async () => {
  openssl("req -x509 -newkey rsa:2048 -nodes -keyout bad.key -out bad.pem -days 2 -subj /CN=bad");
  const port = await host("push.test", "-days 2", "bad");
  await expect(client()(port)).rejects.toMatchObject({ reason: "unreachable" });
});

test("a name that turns private between two connections is refused before TLS begins", async () => {
  const port = await host("push.test");
  const answers = [["127.0.0.1"], ["127.0.0.2"], ["::1", "10.0.0.1"]];
  const send = client(async () => answers.shift() ?? []);
  expect(await send(port)).toMatchObject({ status: 201 });
  for (const _again of [1, 2])
    await expect(send(port)).rejects.toMatchObject({ reason: "address_refused" });
});
