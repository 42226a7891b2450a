import { createRequire } from "node:module";
import { PDFiumLibrary } from "@hyzyla/pdfium";
import { readFile } from "node:fs/promises";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

const require = createRequire(import.meta.url);

/** Draws every page of a PDF as a printer would, and reads every QR code on it, in any order. */
export async function decodeCodes(pdf: Uint8Array): Promise<{ pages: number; codes: string[] }> {
  prepareZXingModule({
    overrides: {
      wasmBinary: (await readFile(require.resolve("zxing-wasm/reader/zxing_reader.wasm"))).buffer,
    },
  });
  const library = await PDFiumLibrary.init();
  const document = await library.loadDocument(pdf);
  const codes: string[] = [];
  let pages = 0;
  for (const page of document.pages()) {
    pages++;
    const { data, width, height } = await page.render({ scale: 2, render: "bitmap" });
    const pixels = { data: rgbaOf(data), width, height, colorSpace: "srgb" } as ImageData;
    const found = await readBarcodes(pixels, { formats: ["QRCode"], maxNumberOfSymbols: 255 });
    codes.push(...found.map(({ text }) => text));
  }
  document.destroy();
  library.destroy();
  return { pages, codes };
}

/** PDFium draws blue first. */
function rgbaOf(bgra: Uint8Array): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(bgra);
  for (let index = 0; index < rgba.length; index += 4)
    [rgba[index], rgba[index + 2]] = [rgba[index + 2] ?? 0, rgba[index] ?? 0];
  return rgba;
}
