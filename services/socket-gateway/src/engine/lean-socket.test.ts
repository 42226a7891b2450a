import { expect, test } from "@jest/globals";
import { Server, type ExtendedError, type Namespace } from "socket.io";
import { createLeanSockets } from "./lean-socket.ts";

type Created = Record<string, unknown>;
interface Adding {
  _add(client: object, auth: object, joined: (socket: Created) => void): Promise<void>;
}

function setUp(refusal?: ExtendedError) {
  const namespace: Namespace = new Server().of("/guest");
  const admitted: Created[] = [];
  createLeanSockets<Created>(namespace, async (socket) => {
    admitted.push({ ...socket });
    return refusal;
  });
  const sent: object[] = [];
  const joined: Created[] = [];
  const request = { headers: { host: "pizza.waiter.test" } };
  const conn = { protocol: 4, readyState: "open", request };
  const client = { conn, request, _packet: (packet: object) => sent.push(packet) };
  const add = () =>
    (namespace as unknown as Adding)._add(client, { token: "t" }, (socket) => joined.push(socket));
  return { namespace, admitted, sent, joined, request, conn, add };
}

test("a lean socket joins no room and answers with an id of its own", async () => {
  const { namespace, admitted, sent, joined, request, add } = setUp();
  const connected: unknown[] = [];
  namespace.on("connection", (socket) => connected.push(socket));
  await add();
  await add();
  const [socket, other] = joined;
  expect(connected).toEqual(joined);
  expect([...namespace.sockets.keys()]).toEqual([socket?.["id"], other?.["id"]]);
  expect(sent[0]).toEqual({ nsp: "/guest", type: 0, data: { sid: socket?.["id"] } });
  expect(socket).toMatchObject({ connected: true, recovered: false, data: {} });
  expect(admitted[0]).toMatchObject({
    connected: false,
    handshake: { headers: request.headers, auth: { token: "t" } },
  });
  expect(socket?.["id"]).not.toBe(other?.["id"]);
  expect(namespace.adapter.sids.size).toBe(0);
});

test("a refused socket gets the refusal, and no answer once its connection has closed", async () => {
  const data = { code: "unauthorized" };
  const { namespace, sent, joined, conn, add } = setUp(
    Object.assign(new Error("unauthorized"), { data }),
  );
  await add();
  conn.readyState = "closed";
  await add();
  expect(sent).toEqual([{ nsp: "/guest", type: 4, data: { message: "unauthorized", data } }]);
  expect([joined.length, namespace.sockets.size]).toEqual([0, 0]);
});

test("a socket whose connection closed meanwhile does not join", async () => {
  const { namespace, sent, joined, conn, add } = setUp();
  conn.readyState = "closing";
  await add();
  expect([sent.length, joined.length, namespace.sockets.size]).toEqual([0, 0, 0]);
});
