import { expect, test } from "@jest/globals";
import { TrustedProxies } from "@waiter/auth";
import type { Request, Response } from "express";
import { forgetStrangers } from "./forget-strangers.ts";

const sent = {
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  tracestate: "a=b",
  baggage: "user=1",
  "x-request-id": "checkout-0001",
  host: "pizza.localhost",
};

test.each([
  ["a trusted proxy keeps what it says of trace and request", "10.1.2.3", sent],
  ["a stranger decides no id of a trace or a log", "203.0.113.9", { host: sent.host }],
  ["a connection without an address is a stranger's", undefined, { host: sent.host }],
])("%s", (_name, remoteAddress, left) => {
  const request = { headers: { ...sent }, socket: { remoteAddress } } as unknown as Request;
  let passed = false;
  const next = () => (passed = true);
  forgetStrangers(new TrustedProxies(["10.0.0.0/8"]))(request, {} as Response, next);
  expect([request.headers, passed]).toEqual([left, true]);
});
