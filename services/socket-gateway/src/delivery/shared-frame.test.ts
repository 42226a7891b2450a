import { constants, inflateRawSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { deflateMessage } from "../engine/deflate-message.ts";
import { createSharedFrame } from "./shared-frame.ts";

const tail = Buffer.from([0, 0, 0xff, 0xff]);

describe("shared frames", () => {
  test("a deflated message inflates to the same message", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70_000 }), (bytes) => {
        const message = Buffer.from(bytes);
        const inflated = inflateRawSync(Buffer.concat([deflateMessage(message), tail]), {
          finishFlush: constants.Z_SYNC_FLUSH,
        });
        expect(inflated.equals(message)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test("below the threshold, or with compression off, there is no compressed frame", () => {
    const small = createSharedFrame("x".repeat(100), { enabled: true, thresholdBytes: 1_024 });
    expect(small.compressed()).toBe(small.plain);
    const off = createSharedFrame("x".repeat(5_000), { enabled: false, thresholdBytes: 1_024 });
    expect(off.compressed()).toBe(off.plain);
  });

  test("from the threshold a payload is compressed once and shared", () => {
    const frame = createSharedFrame("x".repeat(5_000), { enabled: true, thresholdBytes: 1_024 });
    expect(frame.compressed().length).toBeLessThan(200);
    expect(frame.compressed()).toBe(frame.compressed());
  });
});
