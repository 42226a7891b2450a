import pixelmatch from "pixelmatch";
import sharp from "sharp";

interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

async function decode(png: Buffer): Promise<Pixels> {
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** How two pictures differ; undefined when every pixel is the same. */
export interface Difference {
  readonly text: string;
  /** The later picture, pale, with what differs in red; only of two pictures of one size. */
  readonly picture?: Buffer;
}

/**
 * Pixels that count as equal: Chromium draws a few of a shadow's rounded corner in another way now
 * and then, and a picture of many cards has many corners. A page that fits a small screen is
 * compared more strictly, and every page has such pictures too.
 */
function rasterNoise(pixels: number): number {
  const million = pixels / 1e6;
  return million <= 1 ? 8 : Math.round(100 * million);
}

/**
 * Pixel by pixel, without tolerance for colours: both pictures are of one machine and one browser.
 * Up to 8 pixels, of large pictures up to 100 in a million, count as equal.
 */
export async function differenceOf(before: Buffer, after: Buffer): Promise<Difference | undefined> {
  if (before.equals(after)) return undefined;
  const [old, now] = [await decode(before), await decode(after)];
  const { width, height } = now;
  if (old.width !== width || old.height !== height)
    return { text: `${old.width}x${old.height} is now ${width}x${height}` };
  const marked = new Uint8Array(width * height * 4);
  const count = pixelmatch(old.data, now.data, marked, width, height, {
    threshold: 0,
    includeAA: true,
  });
  if (count <= rasterNoise(width * height)) return undefined;
  const raw = { width, height, channels: 4 } as const;
  return { text: `${count} pixels differ`, picture: await sharp(marked, { raw }).png().toBuffer() };
}
