import { createHash } from "node:crypto";
import { restaurantLimits } from "@waiter/contracts";
import { refuse } from "../refuse.ts";

/** The side of the square that a logo is fitted into, in pixels. */
const side = 512;
const formats = new Set(["png", "jpeg", "webp"]);
/**
 * How they begin, in hexadecimal digits. An SVG of 3 kB is measured for 13 s where it has no width,
 * on a thread of libuv.
 */
const beginnings = [/^89504e470d0a1a0a/, /^ffd8ff/, /^52494646.{8}57454250/];

export interface Logo {
  /** The first 32 hexadecimal digits of the content's SHA-256: part of the address. */
  readonly hash: string;
  /** WebP. */
  readonly content: Buffer;
}

/**
 * Decodes a PNG, JPEG or WebP picture and encodes it again as WebP, without metadata. Throws
 * `validation_failed` for any other content, an animation, more than 512 kB, or more than 4
 * megapixels (checked in the header, before decoding).
 */
export async function encodeLogo(bytes: Buffer): Promise<Logo> {
  if (bytes.length > restaurantLimits.logoBytes) refuse("logo", "is larger than 512 kB");
  const head = bytes.toString("hex", 0, 12);
  if (!beginnings.some((one) => one.test(head))) refuse("logo", "is no PNG, JPEG or WebP picture");
  // Loaded at the first logo: the worker uses this package and never encodes a picture.
  const { default: sharp } = await import("sharp");
  let content: Buffer;
  try {
    const image = sharp(bytes, { limitInputPixels: restaurantLimits.logoPixels, failOn: "error" });
    const { format, pages = 1, width, height } = await image.metadata();
    if (!formats.has(format)) refuse("logo", "is no PNG, JPEG or WebP picture");
    if (pages > 1) refuse("logo", "is animated");
    if (width * height > restaurantLimits.logoPixels) refuse("logo", "has more than 4 megapixels");
    content = await image
      .rotate()
      .resize({ width: side, height: side, fit: "inside", withoutEnlargement: true })
      .webp({ quality: 90 })
      .toBuffer();
  } catch (error) {
    if (error instanceof Error && error.name === "AppError") throw error;
    refuse("logo", "is no PNG, JPEG or WebP picture that can be read");
  }
  return { hash: createHash("sha256").update(content).digest("hex").slice(0, 32), content };
}
