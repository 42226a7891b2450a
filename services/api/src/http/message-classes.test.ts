import { once } from "node:events";
import { createServer, IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@jest/globals";
import express from "express";
import { messageClasses } from "./message-classes.ts";

test("requests and answers have Express' prototypes before Express sees them", async () => {
  const app = express().get("/", (request, response) => {
    response.json({ path: request.path, host: request.get("host") !== undefined });
  });
  const prototypes: unknown[] = [];
  const server = createServer(messageClasses(app), (request, response) => {
    prototypes.push(Object.getPrototypeOf(request), Object.getPrototypeOf(response));
    expect(request).toBeInstanceOf(IncomingMessage);
    expect(response).toBeInstanceOf(ServerResponse);
    app(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  expect(await answer.json()).toEqual({ path: "/", host: true });
  server.close();
  expect(prototypes).toEqual([app.request, app.response]);
  expect(prototypes[0]).toBe(app.request);
});
