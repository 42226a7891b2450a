import { randomUUID } from "node:crypto";
import type { System } from "@waiter/testkit";
import { ask } from "./ask.ts";
import { openBoard } from "./people.ts";

/** A new waiter of the demo. @returns the invitation's address */
export async function invite(system: System, name: string): Promise<string> {
  using manager = await openBoard(system, { role: "manager" });
  const token = manager.session?.accessToken ?? "";
  const post = (path: string, body?: object) =>
    ask(system, path, {
      method: "POST",
      key: randomUUID(),
      token,
      ...(body !== undefined && { body }),
    });
  const made = await post("/api/staff", { name, role: "waiter" });
  const { id } = made.body["staff"] as { id: string };
  const invited = await post(`/api/staff/${id}/invitation`);
  return String(invited.body["url"]);
}
