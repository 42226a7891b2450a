import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parentPort, workerData } from "node:worker_threads";

/** The server of `start-host.ts`, in a thread of its own. */
const { kind } = workerData as { readonly kind: "accepts" | "hangs" };
const server = createServer((request, response) => {
  request.resume();
  if (kind === "accepts") request.once("end", () => response.writeHead(201).end());
}).listen(0, "127.0.0.1");
await once(server, "listening");
parentPort?.postMessage((server.address() as AddressInfo).port);
