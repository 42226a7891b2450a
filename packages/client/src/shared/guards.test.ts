import { describe, expect, test } from "@jest/globals";
import * as contracts from "@waiter/contracts";
import type { z } from "zod";
import * as guards from "./guards.ts";
import { protocolVersion } from "./protocol-version.ts";

const id = "11111111-1111-4111-8111-111111111111";
const now = "2026-01-01T12:00:00.000Z";
const request = {
  id,
  table: { id, label: "1" },
  type: "bill",
  state: "claimed",
  level: 1,
  version: 2,
  note: "two",
  payment: "card",
  createdAt: now,
  updatedAt: now,
  seenAt: now,
  claimedAt: now,
  claimedBy: { id, name: "Ada" },
  closedAt: now,
  reason: "no",
  createdBy: { id, name: "Ada" },
};
const { createdBy: _createdBy, reason: _reason, ...forGuests } = request;
const guestRequest = { ...forGuests, claimedBy: { name: "Ada" } };
const envelope = { epoch: id, seq: 1, id, type: "request.created", at: now, data: { request } };
const requestTypes = [{ key: "bill", label: "Bill", icon: "🧾", asksPayment: true }];
const staff = [{ id, name: "Ada", role: "waiter" }];
const state = { requests: [guestRequest], now, staffOnline: null };

const pairs: readonly (readonly [
  name: string,
  guard: (value: unknown) => boolean,
  schema: z.ZodType,
  sample: object,
])[] = [
  ["request", guards.isRequest, contracts.request, request],
  ["guestRequest", guards.isGuestRequest, contracts.guestRequest, guestRequest],
  ["envelope", guards.isEnvelope, contracts.envelope, envelope],
  ["head", guards.isHead, contracts.headMessage, { epoch: id, seq: 0, now }],
  [
    "sync ok",
    guards.isSyncAnswer,
    contracts.syncAnswer,
    { status: "ok", epoch: id, events: [envelope], head: 1 },
  ],
  [
    "sync reset",
    guards.isSyncAnswer,
    contracts.syncAnswer,
    { status: "reset", epoch: id, head: 1, afterMs: 5 },
  ],
  [
    "events",
    guards.isEventsAnswer,
    contracts.eventsAnswer,
    { epoch: id, events: [envelope], head: 1 },
  ],
  [
    "board",
    guards.isBoard,
    contracts.boardAnswer,
    {
      epoch: id,
      seq: 1,
      now,
      requests: [request],
      tables: [{ id, label: "1", zone: "Bar" }],
      staff,
      requestTypes,
    },
  ],
  [
    "login",
    guards.isLoginAnswer,
    contracts.loginAnswer,
    { accessToken: "t", expiresAt: now, ticket: "1.t", staff: staff[0], refreshToken: "r" },
  ],
  ["guest requests", guards.isGuestRequests, contracts.guestRequestsAnswer, state],
  [
    "guest session",
    guards.isGuestSession,
    contracts.guestSessionAnswer,
    {
      ...state,
      accessToken: "t",
      expiresAt: now,
      restaurant: { name: "Demo", slug: "demo" },
      table: { id, label: "1" },
      requestTypes,
    },
  ],
  ["presence", guards.isPresence, contracts.presenceMessage, { staff: [{ id, state: "online" }] }],
  ["request answer", guards.isRequestAnswer, contracts.requestAnswer, { request }],
  [
    "guest request answer",
    guards.isGuestRequestAnswer,
    contracts.guestRequestAnswer,
    { request: guestRequest },
  ],
];

/** Required fields of the contract that the SDK does not read, and so does not insist on. */
const unread: Readonly<Record<string, readonly string[]>> = {
  head: ["now"],
  "sync ok": ["status"],
  "sync reset": ["status"],
};

/** What remains when one field is left out, for each field. */
const lacking = (sample: object) =>
  Object.keys(sample).map((field) => {
    const { [field]: _left, ...rest } = sample as Record<string, unknown>;
    return [field, rest] as const;
  });

describe.each(pairs)("%s", (name, guard, schema, sample) => {
  test("accepts what the contract allows, with or without optional and unknown fields", () => {
    expect(schema.safeParse(sample).success).toBe(true);
    expect(guard(sample)).toBe(true);
    expect(guard({ ...sample, later: "added by a newer release" })).toBe(true);
    const allowed = lacking(sample).filter(([, rest]) => schema.safeParse(rest).success);
    expect(allowed.filter(([, rest]) => !guard(rest))).toEqual([]);
  });

  test("refuses a missing required field and a field of another type", () => {
    const fields = Object.keys(sample).filter(
      (field) => field !== "claimedAt" && unread[name]?.includes(field) !== true,
    );
    const refused = lacking(sample).filter(
      ([field, rest]) => fields.includes(field) && !schema.safeParse(rest).success,
    );
    expect(refused.filter(([, rest]) => guard(rest))).toEqual([]);
    expect(fields.filter((field) => guard({ ...sample, [field]: -1.5 }))).toEqual([]);
    expect([null, undefined, [], "text", 7].filter(guard)).toEqual([]);
  });
});

test("the SDK's protocol version equals the contracts'", () => {
  expect(protocolVersion).toBe(contracts.protocolVersion);
});
