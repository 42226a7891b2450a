import { duration } from "./durations.ts";
import { integer } from "./fields.ts";

export const worker = {
  WORKER_CONCURRENCY: integer(1, 1_000)
    .prefault("10")
    .describe("Jobs that one worker runs at once, per queue"),
  RELAY_INTERVAL: duration(10)
    .prefault("500ms")
    .describe("How often the relay looks for outbox rows left behind"),
  RELAY_MIN_AGE: duration()
    .prefault("1s")
    .describe("Age from which an outbox row counts as left behind"),
  RELAY_LEASE: duration(1_000)
    .prefault("10s")
    .describe("How long a leased outbox row belongs to one relay"),
  RELAY_BATCH: integer(1, 10_000).prefault("500").describe("Outbox rows leased at once"),
  SWEEP_INTERVAL: duration(100)
    .prefault("5s")
    .describe("How often the sweeper looks for due deadlines whose job was lost"),
  EVENT_RETENTION: duration(86_400_000)
    .prefault("30d")
    .describe("How long events are kept for clients that catch up; at least 1d"),
};
