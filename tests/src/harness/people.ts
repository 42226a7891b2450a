import { randomUUID } from "node:crypto";
import { StaffClient } from "@waiter/client";
import type { GuestRequest } from "@waiter/contracts";
import { waitFor, type System } from "@waiter/testkit";
import { ask, type Answer, type AskedRestaurant } from "./ask.ts";

/** A staff screen that is live; closed at the end of its scope. */
export async function openBoard(
  system: System,
  { role = "waiter", socketUrl }: { role?: string; socketUrl?: string } = {},
): Promise<StaffClient & Disposable> {
  const member = system.file.staffMembers.find((each) => each.role === role);
  if (member === undefined) throw new Error(`the demo has no ${role}`);
  const client = new StaffClient({
    ...system.tenant,
    ...(socketUrl !== undefined && { socketUrl }),
    refresh: "body",
  });
  await client.login(member.email, member.password);
  client.connect();
  await waitFor(() => client.state === "live", 15_000, "the board being live");
  return Object.assign(client, { [Symbol.dispose]: () => client.close() });
}

/** A guest's session at the table with this index. */
export async function sitDown(system: System, table = 0): Promise<string> {
  const token = system.file.tables[table]?.token ?? "";
  const { status, body } = await ask(system, "/api/guest/sessions", {
    method: "POST",
    body: { tableToken: token },
  });
  if (status !== 201) throw new Error(`no guest session: ${status} ${JSON.stringify(body)}`);
  return String(body["accessToken"]);
}

/** One tap of a guest. */
export function call(
  system: AskedRestaurant,
  token: string,
  type = "waiter",
  key: string = randomUUID(),
): Promise<Answer> {
  return ask(system, "/api/guest/requests", { method: "POST", token, key, body: { type } });
}

export const requestOf = (answer: Answer): GuestRequest => answer.body["request"] as GuestRequest;
