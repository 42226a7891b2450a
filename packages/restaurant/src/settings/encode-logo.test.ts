import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { encodeLogo } from "./encode-logo.ts";

const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "#1a6b3c" } });

describe("encodeLogo", () => {
  it.each(["png", "jpeg", "webp"] as const)(
    "encodes a %s again, small and without metadata",
    async (format) => {
      const bytes = await picture(1_000, 500)
        .withExif({ IFD0: { Copyright: "secret-place" } })
        .toFormat(format)
        .toBuffer();
      const { content, hash } = await encodeLogo(bytes);
      expect(await sharp(content).metadata()).toMatchObject({
        format: "webp",
        width: 512,
        height: 256,
      });
      expect(content.includes("secret-place")).toBe(false);
      expect(hash).toMatch(/^[0-9a-f]{32}$/);
    },
  );

  it("refuses an SVG before it is measured", async () => {
    const groups = Array.from(
      { length: 18 },
      (_, n) => `<g id="a${n + 1}">${`<use href="#a${n}"/>`.repeat(8)}</g>`,
    );
    const svg = `<svg xmlns="http://www.w3.org/2000/svg"><defs><g id="a0"><rect width="1" height="1"/></g>${groups.join("")}</defs><use href="#a18"/></svg>`;
    const begin = process.cpuUsage();
    await expect(encodeLogo(Buffer.from(svg))).rejects.toMatchObject({ code: "validation_failed" });
    expect(process.cpuUsage(begin).user).toBeLessThan(1_000_000);
  }, 30_000);

  it.each([
    ["an SVG", () => Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")],
    ["a GIF", () => picture(10, 10).gif().toBuffer()],
    ["text", () => Buffer.from("no picture")],
    ["half a picture", async () => (await picture(400, 400).png().toBuffer()).subarray(0, 200)],
    ["too many pixels", () => picture(2_001, 2_000).png().toBuffer()],
    ["too many bytes", () => Buffer.alloc(512 * 1024 + 1)],
  ])("refuses %s", async (_name, make) => {
    await expect(encodeLogo(await make())).rejects.toMatchObject({ code: "validation_failed" });
  });
});
