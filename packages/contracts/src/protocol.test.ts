import { createHash } from "node:crypto";
import { expect, test } from "@jest/globals";
import { z } from "zod";
import * as contracts from "./index.ts";

/**
 * The hash of every schema that a socket carries, for `protocolVersion`. When it changes, decide:
 * can a reader of the release before ignore the difference? If not, raise `protocolVersion`; then
 * write the new hash here.
 */
const known = { version: 1, hash: "6f8d7ebd82f61676" };

test("the socket protocol does not change without a decision about its version", () => {
  const {
    envelope,
    syncBody,
    syncAnswer,
    commandMessages,
    createCommand,
    seenMessage,
    refreshMessage,
    headMessage,
    statusMessage,
    resyncMessage,
    drainingMessage,
    presenceMessage,
    requestMessage,
  } = contracts;
  const schemas = {
    envelope,
    syncBody,
    syncAnswer,
    requestCommand: commandMessages.claim,
    dismissCommand: commandMessages.dismiss,
    createCommand,
    seenMessage,
    refreshMessage,
    headMessage,
    statusMessage,
    resyncMessage,
    drainingMessage,
    presenceMessage,
    requestMessage,
  };
  const text = Object.entries(schemas).map(
    ([name, schema]) => `${name} ${JSON.stringify(z.toJSONSchema(schema))}`,
  );
  const hash = createHash("sha256").update(text.join("\n")).digest("hex").slice(0, 16);
  expect({ version: contracts.protocolVersion, hash }).toEqual(known);
});
