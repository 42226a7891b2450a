import { expect, test } from "@jest/globals";
import { Tickets } from "./tickets.ts";

const ticketed = { token: "a.b.c", kid: "first", audience: "guest" };
const tickets = new Tickets(["present", "previous"]);
const issue = (secret: string): string => new Tickets([secret]).issue(ticketed) ?? "";

test("a ticket of the present or the previous secret is valid", () => {
  expect(tickets.issue(ticketed)).toBe(issue("present"));
  expect(tickets.isValid(issue("present"), ticketed)).toBe(true);
  expect(tickets.isValid(issue("previous"), ticketed)).toBe(true);
  expect(tickets.isValid(issue("older"), ticketed)).toBe(false);
});

test("a ticket is valid for its token, key and audience alone", () => {
  const ticket = issue("present");
  for (const other of [{ token: "a.b.d" }, { kid: "second" }, { audience: "staff" }])
    expect(tickets.isValid(ticket, { ...ticketed, ...other })).toBe(false);
});

test("a text that is no ticket is not valid", () => {
  const ticket = issue("present");
  for (const text of ["", "1.", ticket.slice(0, -1), `${ticket}A`, `2${ticket.slice(1)}`])
    expect(tickets.isValid(text, ticketed)).toBe(false);
  const changed = ticket.slice(0, 5) + (ticket[5] === "A" ? "B" : "A") + ticket.slice(6);
  expect(tickets.isValid(changed, ticketed)).toBe(false);
});

test("without a secret no ticket is issued or valid", () => {
  expect(new Tickets([]).issue(ticketed)).toBeUndefined();
  expect(new Tickets([]).isValid(issue("present"), ticketed)).toBe(false);
});
