import { randomUUID } from "node:crypto";
import type { Head } from "@waiter/contracts";
import { request } from "undici";
import type { LocalSystem } from "../system/local-system.ts";
import { post, staffTokens } from "../system/tokens.ts";

export type Command = (index: number) => Promise<unknown>;

/** Guests who share the table whose requests are counted. */
const guestsAtTable = 20;
/**
 * Most events that a client which asks for them has missed: in turn from one to all, since how many
 * pages hold the last few is chance.
 */
const eventsBehind = 20;

/** What people do most, each against the restaurant that grows. */
export async function commandsOf(
  system: LocalSystem,
  tenantId: string,
): Promise<Map<string, Command>> {
  const { api, tables, staffMembers } = system.local();
  const host = system.tenantHost;
  const [tableToken = ""] = tables.map(({ token }) => token);
  const session = () => post(api, "/api/guest/sessions", host, { tableToken });
  // One guest who sends every request would teach Postgres that its session selects nothing.
  const guests: Record<string, string>[] = [];
  for (let count = 0; count < guestsAtTable; count += 1) {
    const { accessToken } = (await session()) as { accessToken: string };
    guests.push({ authorization: `Bearer ${accessToken}` });
  }
  const guestOf = (index: number): Record<string, string> => guests[index % guestsAtTable] ?? {};
  const staff = { authorization: `Bearer ${staffTokens(system, tenantId, 1, "manager")[0]}` };
  const key = () => ({ "idempotency-key": randomUUID() });
  const get = async (path: string, headers: Record<string, string>): Promise<unknown> => {
    const { statusCode, body } = await request(api + path, { headers: { host, ...headers } });
    const text = await body.text();
    if (statusCode >= 300) throw new Error(`${path}: ${statusCode}`);
    return JSON.parse(text);
  };
  const member = staffMembers.find(({ role }) => role === "waiter");
  const { email, password } = member ?? {};
  const login = (await post(api, "/api/auth/login", host, { email, password })) as {
    accessToken: string;
  };
  const waiter = { authorization: `Bearer ${login.accessToken}` };
  const send = (path: string, body: object, person: Record<string, string>) =>
    post(api, path, host, body, { ...person, ...key() });
  const create = async (index: number): Promise<string> => {
    const created = await send("/api/guest/requests", { type: "water" }, guestOf(index));
    return (created as { request: { id: string } }).request.id;
  };
  const createAndCancel = async (index: number): Promise<unknown> =>
    send(`/api/guest/requests/${await create(index)}/cancel`, {}, guestOf(index));
  let position: Head = { epoch: "", seq: 0 };
  const board = async (): Promise<void> => {
    position = (await get("/api/board", staff)) as Head;
  };
  /** A position that a client has from a few events ago. */
  const since = (index: number): Head => ({
    ...position,
    seq: Math.max(0, position.seq - 1 - (index % eventsBehind)),
  });
  const eventsSince = ({ epoch, seq }: Head) =>
    get(`/api/events?epoch=${epoch}&since=${seq}`, staff);
  const internal = { authorization: `Internal ${system.internalToken}` };
  return new Map<string, Command>([
    ["create and cancel", createAndCancel],
    [
      "create, claim and complete",
      async (index) => {
        const id = await create(index);
        await send(`/api/requests/${id}/claim`, {}, waiter);
        await send(`/api/requests/${id}/complete`, {}, waiter);
      },
    ],
    ["guest session", session],
    ["a guest's sync", (index) => get("/api/guest/requests", guestOf(index))],
    ["board, unchanged", board],
    [
      "create, cancel and a new board",
      async (index) => {
        await createAndCancel(index);
        await board();
      },
    ],
    ["a board's sync", (index) => eventsSince(since(index))],
    [
      "a waiting guest's sync",
      (index) =>
        post(
          api,
          "/internal/changes",
          new URL(api).host,
          { tenants: [{ tenant: tenantId, ...since(index) }] },
          internal,
        ),
    ],
    ["search, newest 50", () => get("/api/requests?limit=50", staff)],
  ]);
}
