import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { contrast, nearestAccent, pageBackground } from "./accent.ts";

it("accepts a dark colour as it is", () => {
  expect(nearestAccent("#1A6B3C")).toBe("#1a6b3c");
});

it("measures contrast as WCAG 2.2 does", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

it("names the nearest colour with enough contrast", () => {
  const part = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(part, part, part, (...rgb) => {
      const colour = `#${rgb.map((one) => one.toString(16).padStart(2, "0")).join("")}`;
      const accepted = nearestAccent(colour);
      expect(contrast(accepted, "#ffffff")).toBeGreaterThanOrEqual(4.5);
      expect(contrast(accepted, pageBackground)).toBeGreaterThanOrEqual(4.5);
      expect(nearestAccent(accepted)).toBe(accepted);
    }),
  );
});
