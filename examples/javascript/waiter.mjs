/**
 * A guest asks for water, a waiter claims it, and the waiter's socket resumes after a break: the
 * protocol without the SDK.
 *
 * Usage: node waiter.mjs <origin of the restaurant> <table token> <staff e-mail> <password>
 */
import { randomUUID } from "node:crypto";
import { io } from "socket.io-client";

const [, , origin, tableToken, email, password] = process.argv;

/** JSON over HTTP. */
async function post(path, body, headers = {}) {
  const response = await fetch(origin + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${path}: ${answer.code}`);
  return answer;
}

/** Connects one namespace; `listen` adds the listeners before the first message can arrive. */
function connect(namespace, auth, listen) {
  const socket = io(origin + namespace, { transports: ["websocket"], forceNew: true, auth });
  listen(socket);
  return new Promise((resolve, reject) => {
    socket.on("connect", () => resolve(socket));
    // A refusal of the namespace (data.code) is not retried by the library; a failed transport is.
    socket.on("connect_error", (error) => error.data && reject(new Error(error.data.code)));
  });
}

const events = [];
const staffSession = await post("/api/auth/login", { email, password, refresh: "body" });
const authorization = { Authorization: `Bearer ${staffSession.accessToken}` };
const listen = (socket) => socket.on("event", (event) => events.push(event));
let staff = await connect("/staff", { token: staffSession.accessToken }, listen);

// The snapshot comes after the subscription: events that arrived meanwhile and are newer follow it.
const board = await (await fetch(`${origin}/api/board`, { headers: authorization })).json();
let position = { epoch: board.epoch, since: board.seq };

const guestSession = await post("/api/guest/sessions", { tableToken });
let claimed;
const claimSeen = new Promise((resolve) => (claimed = resolve));
const { accessToken: token, epoch, seq } = guestSession;
const guest = await connect("/guest", { token, epoch, seq }, (socket) =>
  socket.on("request", ({ request }) => request.state === "claimed" && claimed(request)),
);

// The same commandId may be sent again after a lost acknowledgement: it is done once.
const created = await guest
  .timeout(5_000)
  .emitWithAck("request:create", { type: "water", commandId: randomUUID() });
if (!created.ok) throw new Error(created.error.code);
const { id } = created.request;

const done = await staff
  .timeout(5_000)
  .emitWithAck("request:claim", { id, commandId: randomUUID() });
if (!done.ok) throw new Error(done.error.code);
console.log(`claimed by ${(await claimSeen).claimedBy.name}`);

// A break: everything since the position comes by `sync`, and only what is newer is applied.
staff.disconnect();
staff = await connect("/staff", { token: staffSession.accessToken }, listen);
const missed = await staff.timeout(5_000).emitWithAck("sync", position);
if (missed.status !== "ok") throw new Error("reset: read /api/board again");
const types = missed.events
  .filter((event) => event.data.request?.id === id)
  .map(({ type }) => type);
position = { epoch: missed.epoch, since: missed.head };
console.log(`resumed: ${types.join(", ")}`);

await post(
  `/api/requests/${id}/complete`,
  {},
  { ...authorization, "Idempotency-Key": randomUUID() },
);
guest.disconnect();
staff.disconnect();
