import { expect, test } from "@jest/globals";
import { closeServer, createHttpServer, listen } from "./index.ts";

test("the keep-alive time-out is the setting, and the one for headers is longer", async () => {
  const server = createHttpServer((_request, response) => response.end(), { keepAliveMs: 120_000 });
  const port = await listen(server, 0, "127.0.0.1");
  try {
    const { headers } = await fetch(`http://127.0.0.1:${port}`);
    expect(headers.get("keep-alive")).toContain("timeout=120");
    expect(server.headersTimeout).toBeGreaterThan(server.keepAliveTimeout);
  } finally {
    await closeServer(server);
  }
});
