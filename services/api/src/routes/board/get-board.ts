import * as contracts from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";

const tag = ({ epoch, seq }: contracts.Head): string => `W/"${epoch}-${seq}"`;
const matches = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  (header.trim() === "*" ||
    header.split(",").some((one) => one.trim().replace(/^W\//, "") === etag.replace(/^W\//, "")));

export const getBoard = ({ boards }: Pick<Context, "boards">) =>
  defineRoute("GET /api/board", {
    tag: "Board",
    summary: "Get the snapshot of a staff screen",
    description:
      "Open requests, tables, staff and request types as of `seq`. The ETag is the position: `If-None-Match` answers 304 until the next event.",
    conditional: true,
    limits: ["staff"],
    answers: {
      200: { description: "The snapshot", schema: contracts.boardAnswer },
      304: { description: "No event since" },
    },
    handle: async ({ tenant, request, head }) => {
      if (head === undefined) throw new AppError("tenant_unknown");
      const headers = { "Cache-Control": "private, no-cache", Vary: "Authorization" };
      if (matches(request.get("if-none-match"), tag(head)))
        return { status: 304, headers: { ...headers, ETag: tag(head) } };
      const board = await boards.read(tenant.id, head);
      return { status: 200, json: board.json, headers: { ...headers, ETag: tag(board) } };
    },
  });
