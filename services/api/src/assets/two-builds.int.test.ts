import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { documents } from "@waiter/web";
import { startTestApi, type TestApi } from "../testing/start-test-api.ts";

interface Build {
  readonly folder: string;
  readonly chunk: string;
  readonly code: string;
}
const made: string[] = [];
let [before, after]: Build[] = [];
let [oldApi, newApi]: TestApi[] = [];

/** A build with one chunk of its own name. */
async function build(release: string): Promise<Build> {
  const folder = await mkdtemp(join(tmpdir(), "waiter-build-"));
  made.push(folder);
  await mkdir(join(folder, "assets"));
  const chunk = `board-${randomBytes(6).toString("base64url")}.js`;
  const code = `export const release = ${JSON.stringify(release.repeat(500))};`;
  const file = join(folder, "assets", chunk);
  await writeFile(file, code);
  await writeFile(`${file}.br`, brotliCompressSync(code));
  await writeFile(`${file}.gz`, gzipSync(code));
  for (const name of documents)
    await writeFile(join(folder, name), `<script src="/assets/${chunk}"></script>`);
  return { folder, chunk, code };
}

beforeAll(async () => {
  [before, after] = [await build("1"), await build("2")];
  oldApi = await startTestApi({ env: { WEB_ROOT: before.folder } });
  newApi = await startTestApi({ env: { WEB_ROOT: after.folder } });
});
afterAll(async () => {
  await oldApi?.[Symbol.asyncDispose]();
  await newApi?.[Symbol.asyncDispose]();
  for (const folder of made) await rm(folder, { recursive: true });
});

const chunkOf = async (api: TestApi | undefined, name: string | undefined) =>
  await api?.call(undefined, `/assets/${name}`);

test("while two builds answer in turn, each serves the chunks of another that is ready", async () => {
  for (const [api, other] of [
    [newApi, before],
    [oldApi, after],
  ] as const) {
    const answer = await chunkOf(api, other?.chunk);
    expect([answer?.status, answer?.text]).toEqual([200, other?.code]);
    expect(Object.fromEntries(answer?.headers ?? [])).toMatchObject({
      "cache-control": "public, max-age=31536000, immutable",
      "content-type": "text/javascript; charset=utf-8",
      vary: "Accept-Encoding",
    });
  }
});

test("the other build's chunk comes in the encoding that its build made", async () => {
  const answer = await fetch(`http://127.0.0.1:${newApi?.port}/assets/${before?.chunk}`, {
    headers: { "accept-encoding": "br" },
  });
  expect(answer.headers.get("content-encoding")).toBe("br");
  // fetch decodes the body itself.
  expect(await answer.text()).toBe(before?.code);
});

test("a chunk of no running build is a 404 that is not cached and ends its connection", async () => {
  for (const name of ["gone-aaaaaaaa.js", "..%2Fsecret-aaaaaaaa.js", "%00-aaaaaaaa.js"]) {
    const answer = await chunkOf(newApi, name);
    expect([answer?.status, answer?.headers.get("cache-control")]).toEqual([404, "no-store"]);
    expect(answer?.headers.get("connection")).toBe("close");
  }
});

test("without Redis a chunk of the other build is a 404, and the own ones are served", async () => {
  await using alone = await startTestApi({
    env: { WEB_ROOT: after?.folder, REDIS_URL: "redis://127.0.0.1:1" },
  });
  expect((await chunkOf(alone, before?.chunk))?.status).toBe(404);
  expect((await chunkOf(alone, after?.chunk))?.text).toBe(after?.code);
});
