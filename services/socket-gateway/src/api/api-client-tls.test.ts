import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { z } from "zod";
import { ApiClient, defaultApiOptions } from "./api-client.ts";

let folder: string;
const trusted = getCACertificates();
const file = (name: string): Buffer => readFileSync(join(folder, name));

/** A private authority, as NODE_EXTRA_CA_CERTS adds it. Its certificate names `localhost` only. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "waiter-api-tls-"));
  const request =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=api -addext subjectAltName=DNS:localhost";
  execFileSync("openssl", request.split(" "), { cwd: folder, stdio: "pipe" });
  setDefaultCACertificates([...trusted, file("cert.pem").toString()]);
});
afterAll(() => {
  setDefaultCACertificates(trusted);
  rmSync(folder, { recursive: true, force: true });
});

test("restaurants share a TLS connection that is verified for the host of API_URL", async () => {
  const hosts: (string | undefined)[] = [];
  let connections = 0;
  const server = createServer(
    { key: file("key.pem"), cert: file("cert.pem") },
    (request, answer) => {
      hosts.push(request.headers.host);
      answer.end("{}");
    },
  )
    .on("secureConnection", () => (connections += 1))
    .listen(0, "localhost");
  await once(server, "listening");
  const client = new ApiClient({
    ...defaultApiOptions,
    connections: 1,
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    domainUrl: "https://waiter.test",
    internalToken: "i",
  });
  try {
    for (const slug of ["pizza", "sushi", "pizza"])
      await client.call({
        method: "GET",
        path: "/x",
        caller: { slug, token: "t" },
        answer: z.unknown(),
      });
    expect(hosts).toEqual(["pizza.waiter.test", "sushi.waiter.test", "pizza.waiter.test"]);
    expect(connections).toBe(1);
  } finally {
    await client.close();
    server.closeAllConnections();
    server.close();
  }
});
