import { z } from "zod";
import { instant, uuid } from "./shapes.ts";

/** One line of a request's history. */
export const historyEntry = z.object({
  at: instant,
  what: z.string(),
  level: z.int().optional(),
  staff: z.object({ id: uuid, name: z.string() }).optional(),
  /** Name of the screen on which a command was given, or of the device that was rung. */
  device: z.string().optional(),
  channel: z.string().optional(),
  state: z.string().optional(),
  reason: z.string().optional(),
  /** Tries of a delivery so far; of the entry `tried`. */
  attempts: z.int().optional(),
});
export type HistoryEntry = z.infer<typeof historyEntry>;
