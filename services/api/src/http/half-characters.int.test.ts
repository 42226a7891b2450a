import { expect, test } from "@jest/globals";
import type { Board, EventsAnswer, GuestSessionAnswer, Settings } from "@waiter/contracts";
import { openRestaurant } from "../testing/open-restaurant.ts";

const house = openRestaurant();

/** What a form leaves of an emoji that it cuts in two. */
const half = "extra spoon \ud83e";
const whole = "extra spoon \ufffd";

const send = (method: string, path: string, body?: object, token = house.owner, key?: string) =>
  house.api.call(house.pizza.slug, path, {
    method,
    token,
    ...(body !== undefined && { body }),
    ...(key !== undefined && { headers: { "idempotency-key": key } }),
  });

test("half a character in a note is the same in answer, event, list and board", async () => {
  const opened = await house.api.call(house.pizza.slug, "/api/guest/sessions", {
    method: "POST",
    body: { tableToken: house.pizza.tables[0]?.token },
  });
  const { accessToken: guest, seq } = opened.body as unknown as GuestSessionAnswer;
  const call = { type: "water", note: half };
  const created = await send("POST", "/api/guest/requests", call, guest, "call-1");
  expect(created).toMatchObject({ status: 201, body: { request: { note: whole } } });
  const events = await send("GET", `/api/events?since=${seq}`);
  const [event] = (events.body as unknown as EventsAnswer).events;
  const board = (await send("GET", "/api/board")).body as unknown as Board;
  const listed = (await send("GET", "/api/guest/requests", undefined, guest)).body;
  expect(event?.data).toMatchObject({ request: { note: whole } });
  expect(board.requests).toMatchObject([{ note: whole }]);
  expect(listed).toMatchObject({ requests: [{ note: whole }] });
  // The stored answer of the call is read again.
  const withdrawn = await send("POST", "/api/guest/requests/withdraw", { key: "call-1" }, guest);
  expect(withdrawn).toMatchObject({ status: 200, body: { request: { state: "cancelled" } } });
});

test("half a character in what is stored as JSON is no fault of ours", async () => {
  const { version } = (await send("GET", "/api/settings")).body["settings"] as Settings;
  const patched = await send("PATCH", "/api/settings", { version, wifi: { name: half } });
  expect(patched).toMatchObject({ status: 200, body: { settings: { wifi: { name: whole } } } });
  const type = { label: "Spoon", icon: "\u{1f944}", translations: { de: half } };
  expect(await send("POST", "/api/request-types", type)).toMatchObject({
    status: 201,
    body: { requestType: { icon: "\u{1f944}", translations: { de: whole } } },
  });
});
