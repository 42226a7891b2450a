import { expect, test } from "@jest/globals";
import express, { Router } from "express";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { createServer } from "node:http";
import { byFolder } from "./by-folder.ts";

test("a request reaches the routes of its folder alone, with its whole path", async () => {
  const router = (name: string, path: string) =>
    Router({ caseSensitive: true }).get(path, (request, response) => {
      response.json({ name, url: request.url, base: request.baseUrl, params: request.params });
    });
  const app = express().use(
    byFolder(
      new Map([
        ["/api/tables", router("tables", "/api/tables/:id/state")],
        ["/api/board", router("board", "/api/board")],
      ]),
    ),
    (_request, response) => void response.json({ name: "next" }),
  );
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (path: string) => (await fetch(`${origin}${path}`)).json();
  const url = "/api/tables/7/state?a=b";
  expect(await ask(url)).toEqual({ name: "tables", url, base: "", params: { id: "7" } });
  expect(await ask("/api/board/")).toMatchObject({ name: "board" });
  for (const path of ["/", "/api", "/api/tables/7", "/API/board", "//api/board", "/api/boards"])
    expect(await ask(path)).toEqual({ name: "next" });
  server.close();
});

test("a folder with a parameter is refused", () => {
  expect(() => byFolder(new Map([["/api/:kind", () => undefined]]))).toThrow("/api/:kind");
});
