import { duration } from "./durations.ts";
import { integer } from "./fields.ts";

export const limits = {
  RATE_LIMIT_WINDOW: duration(1_000).prefault("60s").describe("Window of the api's rate limits"),
  RATE_LIMIT_ADDRESS: integer(1)
    .prefault("60000")
    .describe("Requests per window and address: hundreds of guests share one restaurant's"),
  RATE_LIMIT_API: integer(1).prefault("6000").describe("Requests per window and session or table"),
  RATE_LIMIT_AUTH: integer(1)
    .prefault("10")
    .describe(
      "Failed logins of one account without a delay, and per window of one known device; password changes per window and person; ten times as many failed logins per restaurant and address",
    ),
  RATE_LIMIT_COSTLY: integer(1)
    .prefault("60")
    .describe(
      "Test messages, logos, QR codes as PNG, and bodies above 8 kB, per window of all staff of one restaurant",
    ),
  LOGIN_CONCURRENCY: integer(1, 64)
    .prefault("2")
    .describe("Password hashes that one api computes at a time, about 0.15 s of CPU each"),
  LOGIN_QUEUE: integer(1, 10_000)
    .prefault("64")
    .describe("Logins that wait for a hash in one api; beyond it the last in turn is refused"),
  SESSION_LIFETIME: duration(60_000)
    .prefault("90d")
    .describe("How long a staff session lives without being used"),
  SESSION_MAX_LIFETIME: duration(60_000)
    .prefault("180d")
    .describe("When a staff session ends however much it is used"),
  SESSIONS_PER_PERSON: integer(1, 1_000)
    .prefault("20")
    .describe("Sessions that one person may have; a further login ends the one used least lately"),
  RATE_LIMIT_GUEST_SESSIONS: integer(1)
    .prefault("1200")
    .describe("Guest sessions per window, address and table"),
  RATE_LIMIT_GUEST_REQUESTS: integer(1)
    .prefault("300")
    .describe("Requests, cancellations, reopenings and withdrawals per window and guest session"),
  RATE_LIMIT_TABLE: integer(1)
    .prefault("120")
    .describe(
      "Requests, cancellations, reopenings and withdrawals per window of all guests of one table",
    ),
  RATE_LIMIT_TENANT: integer(1)
    .prefault("6000")
    .describe(
      "Requests, cancellations, reopenings and withdrawals per window of all guests of one restaurant",
    ),
  RATE_LIMIT_TENANT_READS: integer(1)
    .prefault("30000")
    .describe(
      "Reads per window of all guests of one restaurant, and as many guest sessions that they open",
    ),
  RATE_LIMIT_TENANT_STAFF: integer(1)
    .prefault("30000")
    .describe("Calls per window of all staff of one restaurant, and as many refreshed sessions"),
  OPEN_REQUESTS_PER_TABLE: integer(1, 1_000)
    .prefault("20")
    .describe("Requests that may be open at one table at a time"),
};

/** Of the api: how much one restaurant may have. */
export const restaurants = {
  TABLES_PER_RESTAURANT: integer(1, 5_000)
    .prefault("5000")
    .describe("Tables that one restaurant may have, retired ones aside"),
  ZONES_PER_RESTAURANT: integer(1, 200)
    .prefault("200")
    .describe("Zones that one restaurant may have"),
  REQUEST_TYPES_PER_RESTAURANT: integer(1, 100)
    .prefault("100")
    .describe("Request types that one restaurant may have, retired ones aside"),
  PEOPLE_PER_RESTAURANT: integer(1)
    .prefault("2000")
    .describe("Active people and screens that one restaurant may have"),
  DUTY_PLACES_PER_RESTAURANT: integer(1)
    .prefault("20000")
    .describe("Tables and zones that all people on duty in one restaurant name together"),
  OPEN_REQUESTS_PER_RESTAURANT: integer(1)
    .prefault("2000")
    .describe("Open requests of one restaurant from which on only a table without one gets one"),
  EVENTS_PAGE_BYTES: integer(1)
    .prefault("1000000")
    .describe("Bytes of events after which a page of them ends; one event may be longer"),
};

/** Of the api, which reads bodies. */
export const bodies = {
  HTTP_CONNECTIONS: integer(16)
    .prefault("5000")
    .describe(
      "TCP connections that one api holds, up to 30 kB of memory each; a further one replaces the one without a request for longest",
    ),
  BODY_BYTES_IN_FLIGHT: integer(65_536)
    .prefault("16777216")
    .describe(
      "Bytes of request bodies that one api holds at a time; one address may hold a quarter of them",
    ),
  BODY_TIMEOUT: duration(100)
    .prefault("10s")
    .describe("How long an api waits for the whole of a request's body"),
};

/** Of the api: what it keeps in memory. */
export const caches = {
  CACHED_TENANTS: integer(100)
    .prefault("20000")
    .describe("Tenants of which one api caches name, menu and ended sessions, about 1 KB each"),
  CACHED_BOARD_BYTES: integer(1_000_000)
    .prefault("64000000")
    .describe("Bytes of the boards that one api caches"),
  CACHED_TOKENS: integer(0)
    .prefault("20000")
    .describe("Access tokens whose valid signature one api remembers, about 1 KB each"),
};
