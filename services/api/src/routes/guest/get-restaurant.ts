import { restaurant } from "@waiter/contracts";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";

/** What a restaurant's front page shows to strangers. */
export const getRestaurant = ({ menus }: Pick<Context, "menus">) =>
  defineRoute("GET /api/restaurant", {
    tag: "Guest",
    summary: "Read the restaurant's name",
    answers: { 200: { description: "The restaurant", schema: z.object({ restaurant }) } },
    handle: async ({ tenant }) => {
      const { restaurant: known } = await menus.read(tenant.id);
      return { status: 200, body: { restaurant: known }, headers: { "Cache-Control": "no-cache" } };
    },
  });
