import { device } from "@waiter/contracts";
import { endDevices, listDevices } from "@waiter/restaurant";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { nextCursor } from "../../http/page.ts";
import { defineRoute } from "../../http/route.ts";
import { changeContext } from "../change-answer.ts";

type Deps = Pick<Context, "database" | "announceRevoked" | "securityLog">;
const shared = { tag: "Staff", limits: ["staff"], errors: ["not_found"] } as const;

export const listDevicesRoute = ({ database }: Pick<Context, "database">) =>
  defineRoute("GET /api/staff/:id/devices", {
    ...shared,
    summary: "List the devices that are signed in as a person",
    ids: ["id"],
    answers: {
      200: {
        description: "The latest used first",
        schema: z.object({ devices: z.array(device), nextCursor }),
      },
    },
    handle: async (call) => {
      const { tenant, principal, param } = call;
      const { editor } = changeContext(call);
      const devices = await database.inTenant(
        tenant.id,
        (tx) => listDevices(tx, editor, param("id"), principal.sid),
        { readOnly: true },
      );
      return { status: 200, body: { devices } };
    },
  });

type EndKey = "DELETE /api/staff/:id/devices" | "DELETE /api/staff/:id/devices/:deviceId";

/** Ends sessions and their sockets: one device's, or all of the person. */
const endRoute =
  (key: EndKey, summary: string, ids: readonly string[]) =>
  ({ database, announceRevoked, securityLog }: Deps) =>
    defineRoute(key, {
      ...shared,
      summary,
      ids,
      idempotencyKey: "optional",
      answers: { 204: { description: "Signed out" } },
      handle: async (call) => {
        const { tenant, param } = call;
        const { editor } = changeContext(call);
        const deviceId = ids.includes("deviceId") ? param("deviceId") : undefined;
        const ended = await database.inTenant(tenant.id, (tx) =>
          endDevices(tx, editor, param("id"), deviceId),
        );
        announceRevoked(tenant.id, ended);
        const facts = { tenantId: tenant.id, staffId: param("id"), by: call.principal.sub };
        for (const sid of ended)
          securityLog.note("session_revoked", { ...facts, sid, reason: "device_ended" });
        return { status: 204 };
      },
    });

export const endDeviceRoute = endRoute(
  "DELETE /api/staff/:id/devices/:deviceId",
  "Sign one device out",
  ["id", "deviceId"],
);
export const endDevicesRoute = endRoute(
  "DELETE /api/staff/:id/devices",
  "Sign all of a person's devices out",
  ["id"],
);
