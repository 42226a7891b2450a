import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { pages, webRoot } from "@waiter/web";
import { shareApi } from "../testing/share-api.ts";
import {
  createRestaurant,
  loginAs,
  seatGuest,
  type Restaurant,
} from "../testing/start-test-api.ts";

const api = shareApi();
let pizza: Restaurant;
let files: string[];
beforeAll(async () => {
  pizza = await createRestaurant(api);
  const names = async (folder: string) =>
    (await readdir(join(webRoot, folder))).map((name) => `${folder}/${name}`);
  files = [...(await names("")), ...(await names("/assets"))].filter((name) =>
    /\.(?:js|css|html|svg|webmanifest)$/.test(name),
  );
});

interface Raw {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
}
/** The bytes as they came, not decoded. */
function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Raw> {
  const { promise, resolve, reject } = Promise.withResolvers<Raw>();
  const host = `${pizza.slug}.localhost:3000`;
  httpRequest({ host: "127.0.0.1", port: api.port, path, method, headers: { host, ...headers } })
    .once("error", reject)
    .once("response", (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.once("end", () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          bytes: Buffer.concat(chunks),
        }),
      );
    })
    .end();
  return promise;
}
const decode = { br: brotliDecompressSync, gzip: gunzipSync } as const;
const hash = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

describe("the built pages over HTTP", () => {
  test("are many: scripts, styles, documents and workers", () => {
    expect(files.length).toBeGreaterThan(pages.length);
    expect(files).toEqual(expect.arrayContaining(["/guest.html", "/staff-worker.js"]));
  });

  test.each(["br", "gzip"] as const)(
    "come in %s as the build made them, with Vary and an ETag of their own",
    async (encoding) => {
      for (const file of files) {
        const plain = await ask(file, { "accept-encoding": "identity" });
        const encoded = await ask(file, { "accept-encoding": encoding });
        expect([file, plain.status, plain.headers["content-encoding"]]).toEqual([
          file,
          200,
          undefined,
        ]);
        expect([file, encoded.status, encoded.headers["content-encoding"]]).toEqual([
          file,
          200,
          encoding,
        ]);
        expect(encoded.headers["vary"]).toContain("Accept-Encoding");
        expect(plain.headers["vary"]).toContain("Accept-Encoding");
        expect(encoded.headers["content-type"]).toBe(plain.headers["content-type"]);
        expect(encoded.headers["etag"]).not.toBe(plain.headers["etag"]);
        expect(hash(decode[encoding](encoded.bytes))).toBe(hash(plain.bytes));
        const suffix = { br: ".br", gzip: ".gz" }[encoding];
        expect(hash(encoded.bytes)).toBe(hash(await readFile(join(webRoot, `${file}${suffix}`))));
        const again = await ask(file, {
          "accept-encoding": encoding,
          "if-none-match": String(encoded.headers["etag"]),
        });
        expect([file, again.status, again.bytes.length]).toEqual([file, 304, 0]);
      }
    },
  );

  test("are the same for each path of a page", async () => {
    for (const { document } of pages) {
      const path = { "guest.html": "/t/code", "index.html": "/", "staff.html": "/board" }[document];
      if (path === undefined) continue;
      const page = await ask(path, { "accept-encoding": "br" });
      expect([path, page.headers["content-encoding"]]).toEqual([path, "br"]);
      expect(hash(decode.br(page.bytes))).toBe(hash(await readFile(join(webRoot, document))));
    }
  });
});

describe("answers of the interface", () => {
  test("with tokens or codes are never compressed; others are, with Vary", async () => {
    const owner = await loginAs(api, pizza);
    const bearer = { authorization: `Bearer ${owner}`, "accept-encoding": "br, gzip" };
    const read = async (path: string) => (await ask(path, bearer)).headers["content-encoding"];
    expect(await read("/api/tables")).toBeUndefined();
    expect(await read(`/api/tables/${pizza.tables[0]?.id}/qr.svg`)).toBeUndefined();
    expect(await read("/api/settings")).toBeUndefined();
    expect(await read("/api/board")).toBe("br");
    expect(await read("/api/openapi.json")).toBe("br");
    const headers = { "accept-encoding": "br, gzip" };
    const { tables, owner: login, slug } = pizza;
    const posts: [string, object][] = [
      ["/api/guest/sessions", { tableToken: tables[0]?.token }],
      ["/api/auth/login", { email: login.email, password: login.password, refresh: "body" }],
    ];
    for (const [path, body] of posts) {
      const answer = await api.call(slug, path, { method: "POST", body, headers });
      expect([path, answer.status < 300, answer.headers.get("content-encoding")]).toEqual([
        path,
        true,
        null,
      ]);
    }
    await seatGuest(api, pizza);
  });

  test("that document it are conditional, and name the oldest client", async () => {
    for (const path of ["/api/openapi.json", "/api/docs", "/api/asyncapi.json"]) {
      const first = await ask(path, { "accept-encoding": "br" });
      expect(first.headers["waiter-oldest-client"]).toBe("0.1.0");
      const again = await ask(path, { "if-none-match": String(first.headers["etag"]) });
      expect([path, again.status, again.bytes.length]).toEqual([path, 304, 0]);
    }
  });
});

describe("a file that cannot be sent as asked", () => {
  const problems: [string, string, string, Record<string, string>, number][] = [
    ["a range beyond the end", "GET", "/guest.html", { range: "bytes=9999999-" }, 416],
    ["a range of an asset beyond the end", "GET", "ASSET", { range: "bytes=9999999-" }, 416],
    ["another version than the one named", "GET", "/guest.html", { "if-match": '"other"' }, 412],
    ["a POST to an asset", "POST", "ASSET", {}, 405],
    ["a POST to a document", "POST", "/guest.html", {}, 405],
    ["a DELETE of a page", "DELETE", "/board", {}, 405],
    ["a name that cannot be decoded", "GET", "/assets/%E0%A4%A", {}, 404],
    ["a null byte", "GET", "/assets/main%00.js", {}, 404],
    ["a climb out of the folder", "GET", "/assets/..%2f..%2fpackage.json", {}, 404],
    ["a dotfile", "GET", "/.env", {}, 404],
    ["a folder", "GET", "/assets/", {}, 404],
    ["a name of 4,000 characters", "GET", `/assets/${"a".repeat(4_000)}.js`, {}, 404],
  ];
  test.each(problems)(
    "%s is a problem with the right status",
    async (_name, method, path, headers, status) => {
      const asset = files.find((name) => name.startsWith("/assets/")) ?? "";
      const answer = await ask(
        path === "ASSET" ? asset : path,
        { ...headers, "accept-encoding": "br" },
        method,
      );
      expect([answer.status, answer.headers["content-type"]]).toEqual([
        status,
        "application/problem+json; charset=utf-8",
      ]);
      expect(answer.headers["content-encoding"]).toBeUndefined();
      expect(answer.headers["cache-control"] ?? "no-store").toBe("no-store");
      expect(answer.headers["allow"]).toBe(status === 405 ? "GET, HEAD" : undefined);
    },
  );

  test("is no file in part or by its head alone", async () => {
    const asset = files.find((name) => name.startsWith("/assets/")) ?? "";
    const part = await ask(asset, { range: "bytes=0-9", "accept-encoding": "identity" });
    expect([part.status, part.bytes.length]).toEqual([206, 10]);
    const head = await ask(asset, { "accept-encoding": "br" }, "HEAD");
    expect([head.status, head.bytes.length]).toEqual([200, 0]);
    expect(Number(head.headers["content-length"])).toBeGreaterThan(0);
  });
});
