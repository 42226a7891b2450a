import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { callers, isAllowed, socketAccess, type Access, type Caller } from "@waiter/contracts";
import { startSystem, type System } from "@waiter/testkit";
import { io, type Socket } from "socket.io-client";
import { ask, type Answer, type Asked } from "./harness/ask.ts";
import { call, requestOf, sitDown } from "./harness/people.ts";

type Namespace = keyof typeof socketAccess;
interface Reply {
  readonly ok?: boolean;
  readonly status?: string;
  readonly error?: { readonly code: string };
}

const platformToken = "platform-token-of-the-matrix";
const password = "correct horse battery staple";
let system: System;
let rival: System;
/** A token of each caller of the demo, and of its namesake at the rival. */
const own = new Map<Caller, string>();
const foreign = new Map<Caller, string>();
/** Requests: of the guest's table, of the table beside it, of the rival. */
let ids: Readonly<Record<"own" | "neighbour" | "rival" | "unknown" | "malformed", string>>;
const clients: Socket[] = [];

const at = (host: string): System => ({
  ...system,
  tenant: { ...system.tenant, headers: { host } },
});
async function must(of: System, path: string, asked: Asked): Promise<Answer["body"]> {
  const answer = await ask(of, path, { method: "POST", key: randomUUID(), ...asked });
  if (answer.status > 204) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
const login = async (of: System, email: string, secret: string): Promise<string> =>
  String(
    (await must(of, "/api/auth/login", { body: { email, password: secret, refresh: "body" } }))[
      "accessToken"
    ],
  );

/** The token of a new screen, by invitation. */
async function joinScreen(of: System, owner: string): Promise<string> {
  const body = { name: `Tablet ${randomUUID().slice(0, 8)}`, role: "screen" };
  const { staff } = await must(of, "/api/staff", { token: owner, body });
  const path = `/api/staff/${(staff as { id: string }).id}/invitation`;
  const { url } = await must(of, path, { token: owner, body: {} });
  const invitation = String(url).split("#")[1];
  const device = { name: "Tablet", key: randomUUID() };
  return String(
    (await must(of, "/api/auth/join", { body: { invitation, password, device } }))["accessToken"],
  );
}

beforeAll(async () => {
  system = await startSystem({ env: { PLATFORM_ADMIN_TOKEN: platformToken } });
  const apex = system.tenant.headers.host.replace(/^demo\./, "");
  rival = at(`rival.${apex}`);
  const owner = { email: "owner@rival.example", name: "Rita", password };
  const made = await must(at(apex), "/api/platform/tenants", {
    token: platformToken,
    body: { slug: "rival", name: "Rival", owner, tables: ["1"] },
  });
  for (const { role, email, password: secret } of system.file.staffMembers)
    own.set(role as Caller, await login(system, email, secret));
  own.set("screen", await joinScreen(system, own.get("owner") ?? ""));
  own.set("guest", await sitDown(system, 0));
  foreign.set("owner", await login(rival, owner.email, password));
  foreign.set("screen", await joinScreen(rival, foreign.get("owner") ?? ""));
  const [table] = made["tables"] as { token: string }[];
  const session = await must(rival, "/api/guest/sessions", { body: { tableToken: table?.token } });
  foreign.set("guest", String(session["accessToken"]));
  const requestAt = async (of: System, token: string): Promise<string> =>
    requestOf(await call(of, token)).id;
  ids = {
    own: await requestAt(system, own.get("guest") ?? ""),
    neighbour: await requestAt(system, await sitDown(system, 1)),
    rival: await requestAt(rival, foreign.get("guest") ?? ""),
    unknown: randomUUID(),
    malformed: "' or 1=1",
  };
}, 240_000);
afterAll(async () => {
  for (const client of clients) client.disconnect();
  await system?.[Symbol.asyncDispose]();
}, 60_000);

/** A socket at the demo, or the code of its refusal. */
function join(namespace: Namespace, token: string | undefined): Promise<Socket | string> {
  const client = io(`${system.tenant.baseUrl}/${namespace}`, {
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
    auth: token === undefined ? {} : { token },
    extraHeaders: system.tenant.headers,
  });
  clients.push(client);
  return new Promise((resolve) => {
    client.once("connect", () => resolve(client));
    client.once("connect_error", (error) =>
      resolve((error as { data?: { code: string } }).data?.code ?? error.message),
    );
  });
}

const say = (client: Socket, event: string, payload: object): Promise<Reply> =>
  client.timeout(10_000).emitWithAck(event, payload) as Promise<Reply>;
/** `ok`, or the code of the refusal. */
const outcome = ({ ok, status, error }: Reply): string =>
  error?.code ?? (ok === true || status !== undefined ? "ok" : "no answer");
const payloadOf = (event: string, id: string): object => ({
  id,
  ...(event === "request:dismiss" && { reason: "matrix" }),
});

/** What a caller may get for a target: any of these. */
function allowed(event: string, caller: Caller, access: Access, target: string): RegExp {
  if (!isAllowed(access, caller)) return /^forbidden$/;
  if (target === "malformed") return /^validation_failed$/;
  const known = target === "own" || (target === "neighbour" && caller !== "guest");
  // A screen must name the person in whose name it acts.
  if (caller === "screen" && event !== "request:create")
    return /^(validation_failed|not_found|forbidden)$/;
  return known ? /^(ok|conflict)$/ : /^not_found$/;
}

test("events x callers x own and foreign ids: only what the table allows, and only on what is one's own", async () => {
  let triples = 0;
  const faults: string[] = [];
  const note = (what: string, got: string, want: RegExp): void => {
    triples += 1;
    if (!want.test(got)) faults.push(`${what}: ${got}, not ${want.source}`);
  };
  const targets = Object.entries(ids);
  for (const namespace of Object.keys(socketAccess) as Namespace[]) {
    const table: Readonly<Record<string, Access>> = socketAccess[namespace];
    const commands = Object.keys(table).filter(
      (event) => event.startsWith("request:") && event !== "request:create",
    );
    const people: [string, Caller, string | undefined][] = [
      ...callers.map((caller): [string, Caller, string | undefined] => [
        caller,
        caller,
        caller === "platform" ? platformToken : own.get(caller),
      ]),
      ...[...foreign].map(([caller, token]): [string, Caller, string] => [
        `rival's ${caller}`,
        caller,
        token,
      ]),
    ];
    for (const [name, caller, token] of people) {
      const client = await join(namespace, token);
      const isOfNamespace =
        token !== undefined &&
        own.get(caller) === token &&
        (caller === "guest") === (namespace === "guest");
      for (const event of [...Object.keys(table), "request:unknown"])
        for (const [target] of commands.includes(event) ? targets : [["none"]])
          if (typeof client === "string")
            note(
              `${namespace} ${event} ${name} ${target}`,
              client,
              isOfNamespace ? /never/ : /^(unauthorized|tenant_mismatch)$/,
            );
      if (typeof client === "string") continue;
      note(
        `${namespace} request:unknown ${name}`,
        outcome(await say(client, "request:unknown", {})),
        /^bad_request$/,
      );
      note(`${namespace} sync ${name}`, outcome(await say(client, "sync", { since: 0 })), /^ok$/);
      for (const [target, id] of targets)
        for (const event of commands) {
          const got = outcome(await say(client, event, payloadOf(event, id)));
          note(
            `${namespace} ${event} ${name} ${target}`,
            got,
            allowed(event, caller, table[event] ?? "public", target),
          );
        }
      const strange = foreign.get(caller) ?? foreign.get("owner");
      const refreshed = await say(client, "auth:refresh", { token: strange });
      note(
        `${namespace} auth:refresh ${name} rival`,
        outcome(refreshed),
        /^(unauthorized|tenant_mismatch)$/,
      );
      note(
        `${namespace} auth:refresh ${name} own`,
        outcome(await say(client, "auth:refresh", { token })),
        /^ok$/,
      );
      if (namespace === "guest")
        note(
          `guest request:create ${name}`,
          outcome(await say(client, "request:create", { type: "water" })),
          /^ok$/,
        );
      else {
        client.emit("seen", { seq: 1 });
        note(`staff seen ${name}`, outcome(await say(client, "sync", { since: 0 })), /^ok$/);
      }
    }
  }
  process.stdout.write(`socket matrix: ${triples} triples\n`);
  expect(faults).toEqual([]);
  const { body } = await ask(rival, "/api/board", { token: foreign.get("owner") ?? "" });
  // Its worker rings meanwhile; no person changed it.
  const untouched = expect.not.objectContaining({ claimedBy: expect.anything() });
  expect(body["requests"]).toEqual([untouched]);
  expect(body["requests"]).toMatchObject([{ id: ids.rival, state: "new" }]);
}, 240_000);

test("a logout and a new table code end the sockets of the session and of the code, and no others", async () => {
  const [waiter] = system.file.staffMembers.filter(({ role }) => role === "waiter");
  const token = await login(system, waiter?.email ?? "", waiter?.password ?? "");
  const [leaving, staying, guest, neighbour] = (await Promise.all([
    join("staff", token),
    join("staff", own.get("owner")),
    join("guest", await sitDown(system, 2)),
    join("guest", await sitDown(system, 3)),
  ])) as Socket[];
  const ended = (client: Socket | undefined): Promise<string> =>
    new Promise((resolve) => client?.once("disconnect", resolve));
  const logout = ended(leaving);
  await must(system, "/api/auth/logout", { token, body: {} });
  await expect(logout).resolves.toBe("io server disconnect");
  const { body } = await ask(system, "/api/tables", { token: own.get("owner") ?? "" });
  const code = system.file.tables[2]?.token;
  const table = (body["tables"] as { id: string; token?: string }[]).find(
    (one) => one.token === code,
  );
  const rotation = ended(guest);
  await must(system, `/api/tables/${table?.id}/rotate-token`, {
    token: own.get("owner") ?? "",
    body: {},
  });
  await expect(rotation).resolves.toBe("io server disconnect");
  expect([staying?.connected, neighbour?.connected]).toEqual([true, true]);
}, 60_000);
