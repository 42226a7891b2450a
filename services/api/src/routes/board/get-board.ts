import * as contracts from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";

const matches = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  (header.trim() === "*" ||
    header.split(",").some((one) => one.trim().replace(/^W\//, "") === etag.replace(/^W\//, "")));

export const getBoard = ({ boards }: Pick<Context, "boards">) =>
  defineRoute("GET /api/board", {
    tag: "Board",
    summary: "Get the snapshot of a staff screen",
    description:
      "Open requests, tables, staff and request types as of `seq`. The ETag is of all but `now`: `If-None-Match` answers 304 until an event, or until staff see a request.",
    conditional: true,
    limits: ["staff"],
    answers: {
      200: { description: "The snapshot", schema: contracts.boardAnswer },
      304: { description: "The board is the same" },
    },
    handle: async ({ tenant, request, head }) => {
      if (head === undefined) throw new AppError("tenant_unknown");
      const headers = { "Cache-Control": "private, no-cache", Vary: "Authorization, Origin" };
      const { json, etag } = await boards.read(tenant.id, head);
      return matches(request.get("if-none-match"), etag)
        ? { status: 304, headers: { ...headers, ETag: etag } }
        : { status: 200, json, headers: { ...headers, ETag: etag } };
    },
  });
