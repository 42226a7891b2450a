import { expect, test } from "@jest/globals";
import sharp from "sharp";
import { differenceOf } from "./pictures.ts";

const picture = (colour: string, width = 20, height = 10): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: colour } })
    .png()
    .toBuffer();

test("equal pictures have no difference", async () => {
  expect(await differenceOf(await picture("#1a7f37"), await picture("#1a7f37"))).toBeUndefined();
});

test("a colour that moves by one step is a difference, with every pixel marked", async () => {
  const difference = await differenceOf(await picture("#1a7f37"), await picture("#1a7f38"));
  expect(difference?.text).toBe("200 pixels differ");
  expect(difference?.picture).toBeInstanceOf(Buffer);
});

test("another size is a difference that names both sizes", async () => {
  const difference = await differenceOf(await picture("#fff"), await picture("#fff", 30));
  expect(difference).toEqual({ text: "20x10 is now 30x10" });
});

test("a few pixels of a corner are no difference, more are", async () => {
  const stained = async (width: number, of = picture("#fff")): Promise<Buffer> =>
    sharp(await of)
      .composite([
        {
          input: { create: { width, height: 1, channels: 3, background: "#eee" } },
          left: 0,
          top: 0,
        },
      ])
      .png()
      .toBuffer();
  expect(await differenceOf(await picture("#fff"), await stained(8))).toBeUndefined();
  expect((await differenceOf(await picture("#fff"), await stained(9)))?.text).toBe(
    "9 pixels differ",
  );
  const tall = () => picture("#fff", 400, 5_000);
  expect(await differenceOf(await tall(), await stained(200, tall()))).toBeUndefined();
  expect((await differenceOf(await tall(), await stained(201, tall())))?.text).toBe(
    "201 pixels differ",
  );
});
