import { expect, test } from "@jest/globals";
import { draftPolicy, policyOf } from "./policy-draft.ts";

test.each([0, 20, 90, 100, 1_200, 86_399])(
  "an unchanged policy stays as it is: %d s",
  (doneAfterS) => {
    const policy = { steps: [{ afterS: 0, to: "assigned" as const }], doneAfterS };
    expect(policyOf(draftPolicy(policy))).toEqual(policy);
  },
);
