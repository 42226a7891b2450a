import { expect, test } from "@jest/globals";
import { Server, type Namespace } from "socket.io";
import { createLeanSockets } from "./lean-socket.ts";

interface Creating {
  _createSocket(client: object, auth: object): Record<string, unknown> & { _onconnect(): void };
}

test("a lean socket joins no room and answers with an id of its own", () => {
  const namespace: Namespace = new Server().of("/guest");
  createLeanSockets(namespace);
  const sent: object[] = [];
  const request = { headers: { host: "pizza.waiter.test" } };
  const conn = { protocol: 4, readyState: "open", request };
  const client = { conn, request, _packet: (packet: object) => sent.push(packet) };
  const make = () => (namespace as unknown as Creating)._createSocket(client, { token: "t" });
  const [socket, other] = [make(), make()];
  socket._onconnect();
  const { id, connected, recovered, data, handshake } = socket;
  expect(sent).toEqual([{ nsp: "/guest", type: 0, data: { sid: id } }]);
  expect({ connected, recovered, data }).toEqual({ connected: true, recovered: false, data: {} });
  expect(handshake).toEqual({ headers: request.headers, auth: { token: "t" } });
  expect(id).not.toBe(other["id"]);
  expect(namespace.adapter.sids.size).toBe(0);
});
