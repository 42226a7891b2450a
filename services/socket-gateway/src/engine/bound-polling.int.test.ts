import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { defaultSettings } from "../settings.ts";
import { budgetConnections } from "./budget-connections.ts";
import { LeanEngine } from "./lean-engine.ts";
import type { EngineConnection } from "./ws-internals.ts";

const engine = new LeanEngine({ transports: ["polling"] });
const server = createServer((request, response) => engine.handleRequest(request, response));
budgetConnections(engine, defaultSettings.budget, () => undefined);
beforeAll(() => once(server.listen(0, "127.0.0.1"), "listening"));
afterAll(() => once(server.close(), "close"));

const ask = async (query: string, body?: string): Promise<string> => {
  const { port } = server.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}/?EIO=4&transport=polling${query}`;
  const answer = await fetch(address, body === undefined ? {} : { method: "POST", body });
  return await answer.text();
};
/** A connection whose client has no GET open. */
async function open() {
  const made = once(engine, "connection") as Promise<[EngineConnection]>;
  await ask("");
  const [{ id, transport }] = await made;
  return { id, state: () => (transport as { readyState?: string }).readyState };
}

test("a polling connection that ends by an unreadable body waits for no further GET", async () => {
  const { id, state } = await open();
  expect(await ask(`&sid=${id}`, "!")).toBe("ok");
  expect(state()).toBe("closed");
  expect(engine.clientsCount).toBe(0);
});

test("a closing polling connection ends with its engine", async () => {
  const { id, state } = await open();
  engine.connections()[0]?.close();
  expect([engine.connections().map((each) => each.id), state()]).toEqual([[id], "closing"]);
  engine.close();
  expect([engine.clientsCount, state()]).toEqual([0, "closed"]);
});
