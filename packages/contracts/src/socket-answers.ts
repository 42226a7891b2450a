import { z } from "zod";
import { head } from "./events.ts";
import { guestRequestsAnswer } from "./http.ts";
import { guestRequest, instant, request } from "./shapes.ts";

const refused = z.object({
  ok: z.literal(false),
  error: z.looseObject({
    code: z.string(),
    message: z.string(),
    request: z.unknown().optional().describe("With `conflict`: the request as it is now"),
  }),
});
const answered = <S extends z.core.$ZodLooseShape>(shape: S) =>
  z.union([z.object({ ok: z.literal(true), ...shape }), refused]);
export const commandAnswer = answered({ request });
export const guestCommandAnswer = answered({ request: guestRequest });
export const guestSyncAnswer = z.union([
  z.object({ ok: z.literal(true), ...guestRequestsAnswer.shape }),
  z
    .object({ ok: z.literal(true), unchanged: z.literal(true), ...head.shape })
    .describe("To a `check`: the table is as at the guest's position, up to this one"),
  refused,
]);
export const refreshAnswer = answered({ expiresAt: instant, ticket: z.string().optional() });
