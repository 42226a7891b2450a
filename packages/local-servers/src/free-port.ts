import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Where ports are taken from: below the range from which systems give ports to outgoing connections
 * (Linux from 32768, others from 49152), of which one could take a port before its server starts.
 */
const lowest = 15_000;
const highest = 30_000;

/** A TCP port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(lowest, highest);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port found between ${lowest} and ${highest}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
