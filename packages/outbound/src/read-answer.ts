import type { Readable } from "node:stream";

/**
 * The first `atMost` bytes of a body as text. A longer body, or a body that breaks off, is cut and
 * its connection closed: the status line has already decided what the answer means.
 */
export async function readAnswer(body: Readable, atMost: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, atMost - bytes));
      bytes += chunk.length;
      if (bytes > atMost) break;
    }
  } catch {
    // Cut.
  }
  return Buffer.concat(chunks).toString();
}
