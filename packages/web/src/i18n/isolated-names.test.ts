import { expect, test } from "@jest/globals";
import { ClientError } from "@waiter/client";
import { describeFailure } from "../board/describe-failure.ts";
import { describeEntry } from "../manage/requests/describe-entry.ts";
import { explain } from "../manage/shared/problems.ts";
import { ManageError } from "../shared/manage-api.ts";
import { en } from "./en.ts";
import { isolate } from "./isolate.ts";
import { house } from "./manage/house/en.ts";
import { people } from "./manage/people/en.ts";
import { place } from "./manage/place/en.ts";
import type { OfficeMessages } from "./office-texts.ts";
import { staffEn } from "./staff/en.ts";

const texts = { ...en, ...staffEn, ...place, ...house, ...people } as unknown as OfficeMessages;
const inEnglish = (name: string) => isolate(name, "ltr");
const layla = "\u2068ليلى\u2069";
const at = "2026-01-01T12:00:00.000Z";

test.each([
  [{ at, what: "request.claimed", staff: { name: "ليلى" } }, `Going: ${layla}`],
  [
    { at, what: "delivery", staff: { name: "ليلى" }, channel: "push", state: "shown" },
    `${layla}: phone · shown`,
  ],
])("history isolates a person's name of the other direction: %j", (entry, sentence) => {
  expect(describeEntry(entry, texts.requests, inEnglish)).toBe(sentence);
});

test("a board names the faster colleague isolated", () => {
  const request = { claimedBy: { id: "1", name: "ليلى" } };
  const error = new ClientError("conflict", "Claimed.", { request });
  expect(describeFailure(error, "Table 2, Water", texts, inEnglish)).toBe(
    `Table 2, Water: ${layla} was faster.`,
  );
});

test("a refusal isolates each table name that is taken", () => {
  const error = new ManageError("label_taken", { labels: ["ليلى", "Bar"] });
  expect(explain(error, texts).text).toContain(`: ${layla}, Bar`);
});
