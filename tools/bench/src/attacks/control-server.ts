import { createServer } from "node:http";

/** A bare HTTP server: the latency of its answers is what the machine costs at this moment. */
createServer((_request, response) => response.end("ok")).listen(
  Number(process.env["PORT"]),
  process.env["HOST"],
);
