import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { webhookBody } from "@waiter/contracts";
import { Webhook } from "standardwebhooks";
import { setDeliveryStage, type DeliveryStage } from "../testing/delivery-stage.ts";
import { testChannel } from "./test-channel.ts";

const secret = `whsec_${Buffer.from("a secret of thirty-two characters").toString("base64")}`;

let stage: DeliveryStage;
let server: Server;
let target: string;
let status = 200;
let calls: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];
beforeAll(async () => {
  stage = await setDeliveryStage({ OUTBOUND_BREAK_AFTER: "100" });
  server = createServer((request, response) => {
    void request.toArray().then((chunks) => {
      calls.push({
        url: request.url ?? "",
        headers: request.headers,
        body: Buffer.concat(chunks as Buffer[]).toString(),
      });
      response.writeHead(status).end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  target = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterAll(async () => {
  server.close();
  await stage[Symbol.asyncDispose]();
});
beforeEach(() => {
  status = 200;
  calls = [];
});

test("a webhook is signed as Standard Webhooks wants it and holds no note", async () => {
  await stage.setChannel({ kind: "webhook", target, secret });
  const { id, requestId } = await stage.ring({ channel: "webhook", step: 3 });
  expect(await stage.ended(id)).toMatchObject({ state: "sent" });
  const [call] = calls;
  const headers = call?.headers as Record<string, string>;
  expect(() => new Webhook(secret).verify(call?.body ?? "", headers)).not.toThrow();
  expect(headers["webhook-id"]).toBe(id);
  const body = webhookBody.parse(JSON.parse(call?.body ?? ""));
  expect(body).toMatchObject({
    type: "request.unanswered",
    data: {
      url: expect.stringMatching(
        new RegExp(`^https://[\\w-]+\\.waiter\\.example/board#${requestId}$`),
      ),
      request: { id: requestId, type: "bill", state: "new", level: 3 },
    },
  });
  expect(call?.body).not.toContain("note");
});

test("a retried webhook has the same id and a signature of its own time", async () => {
  await stage.setChannel({ kind: "webhook", target, secret });
  status = 500;
  const { id } = await stage.ring({ channel: "webhook", ttlS: 60 });
  await stage.attempted(id, 2);
  status = 200;
  expect(await stage.ended(id)).toMatchObject({ state: "sent" });
  expect(new Set(calls.map(({ headers }) => headers["webhook-id"]))).toEqual(new Set([id]));
  for (const { body, headers } of calls)
    new Webhook(secret).verify(body, headers as Record<string, string>);
});

test("ntfy gets title, priority and text in the restaurant's language", async () => {
  await stage.setChannel({ kind: "ntfy", target: target.replace("hook", "trattoria") });
  const { id, requestId } = await stage.ring({ channel: "ntfy", step: 3 });
  expect(await stage.ended(id)).toMatchObject({ state: "sent" });
  const title = String(calls[0]?.headers["title"]);
  const [, encoded = ""] = /^=\?UTF-8\?B\?(.+)\?=$/.exec(title) ?? [];
  expect(Buffer.from(encoded, "base64").toString()).toMatch(/^Trattoria: .*Table \d+/u);
  expect(calls[0]).toMatchObject({
    url: "/trattoria",
    headers: { priority: "urgent", click: expect.stringMatching(`/board#${requestId}$`) },
    body: "A guest is calling.",
  });
});

test("a refused call fails the row; a removed channel supersedes it", async () => {
  await stage.setChannel({ kind: "webhook", target, secret });
  status = 404;
  const refused = await stage.ring({ channel: "webhook" });
  expect(await stage.ended(refused.id)).toMatchObject({ state: "failed", reason: "http_404" });
  await stage.setChannel(null);
  const removed = await stage.ring({ channel: "webhook" });
  expect(await stage.ended(removed.id)).toMatchObject({
    state: "superseded",
    reason: "channel_changed",
  });
});

test("a test says whether the channel took it, and why not", async () => {
  const run = () => testChannel(stage.context, { tenantId: stage.tenantId });
  await stage.setChannel(null);
  expect(await run()).toEqual({ status: "failed", reason: "not_set" });
  await stage.setChannel({ kind: "webhook", target, secret });
  expect(await run()).toEqual({ status: "sent" });
  expect(JSON.parse(calls[0]?.body ?? "")).toMatchObject({ type: "test" });
  status = 401;
  expect(await run()).toEqual({ status: "failed", reason: "http_401" });
  await stage.setChannel({ kind: "ntfy", target: "https://10.0.0.1/topic" });
  expect(await run()).toEqual({ status: "failed", reason: "address_refused" });
});
