import { duration } from "./durations.ts";
import { flag, integer } from "./fields.ts";

/** Of the socket gateway. */
export const gateway = {
  MAX_CONNECTIONS: integer(1)
    .optional()
    .describe(
      "Most connections of one gateway; above it handshakes are refused with `overloaded`; unset: no limit",
    ),
  DRAIN_WINDOW: duration()
    .prefault("60s")
    .describe("How long a stopping gateway takes to close its connections"),
  SLOW_CONSUMER_BYTES: integer(1_024)
    .prefault("1048576")
    .describe("Bytes waiting for one socket above which it is disconnected"),
  UNREAD_SOCKET_BYTES: integer(1_024)
    .prefault("134217728")
    .describe(
      "Bytes of answers that may wait in one gateway for sockets that do not read; beyond them those with the most are disconnected; broadcasts do not count",
    ),
  SOCKET_COMMANDS_PER_SECOND: integer(1)
    .prefault("10")
    .describe("Messages that one socket may send per second, over 10 seconds"),
  CONNECTIONS_PER_ADDRESS_PER_MINUTE: integer(1)
    .prefault("60000")
    .describe(
      "Handshakes that one address may start per minute: guests of many restaurants may share one, behind a carrier's NAT or a proxy",
    ),
  CONNECTIONS_PER_TENANT_PER_MINUTE: integer(1)
    .prefault("6000")
    .describe("Handshakes of one restaurant per minute, for its staff and for its guests each"),
  CONNECTIONS_PER_GUEST_SESSION: integer(1)
    .prefault("8")
    .describe("Sockets of one guest session on one gateway; a further one replaces the oldest"),
  CONNECTIONS_PER_STAFF_SESSION: integer(1)
    .prefault("16")
    .describe("Sockets of one staff session on one gateway; a further one replaces the oldest"),
  CONNECTIONS_FREE_PERCENT: integer(1, 100)
    .prefault("70")
    .describe(
      "Percentage of MAX_CONNECTIONS below which no share per restaurant or address applies",
    ),
  CONNECTIONS_STAFF_PERCENT: integer(0, 50)
    .prefault("5")
    .describe("Percentage of MAX_CONNECTIONS that only staff may use"),
  MAX_TCP_CONNECTIONS: integer(1)
    .optional()
    .describe(
      "Most TCP connections of one gateway; unset: a tenth above MAX_CONNECTIONS plus 256, if that is set",
    ),
  SOCKET_MESSAGE_BYTES: integer(1_024)
    .prefault("1048576")
    .describe("Bytes of the longest message that a joined socket may send, inflated"),
  SOCKET_BYTES_PER_SECOND: integer(1_024)
    .prefault("262144")
    .describe(
      "Bytes that one connection may send per second, inflated, beyond four of the longest messages",
    ),
  SOCKET_ANSWER_BYTES_PER_SECOND: integer(1_024)
    .prefault("1048576")
    .describe(
      "Bytes of answers that one connection may cause per second, over 16 seconds; broadcasts do not count",
    ),
  SOCKET_JSON_DEPTH: integer(4, 1_000)
    .prefault("16")
    .describe("Nested arrays and objects in a message of a socket"),
  SOCKET_JSON_VALUES: integer(16)
    .prefault("2000")
    .describe("Values and keys in a message of a socket"),
  SOCKET_HANDSHAKE_MESSAGES: integer(1)
    .prefault("8")
    .describe("WebSocket frames that a connection without a session may send"),
  SOCKET_HANDSHAKE_MESSAGE_BYTES: integer(5_120)
    .prefault("8192")
    .describe("Bytes of the longest message of a connection without a session, inflated"),
  SOCKET_HANDSHAKE_TIMEOUT: duration(100)
    .prefault("10s")
    .describe("How long a connection may be without a session, from its start and after each one"),
  SOCKET_HANDSHAKE_TURN: duration(1)
    .prefault("10ms")
    .describe("Time per turn of the event loop for the input of all connections without a session"),
  SOCKET_SIGNATURE_TURN: duration(0)
    .prefault("6ms")
    .describe(
      "Time per turn of the event loop for checking tokens' signatures; beyond it threads check them",
    ),
  SOCKET_JOINS_PER_TURN: integer(1)
    .prefault("20")
    .describe("Sockets that join per turn of the event loop, about 0.2 ms each; the others wait"),
  SOCKET_PING_INTERVAL: duration(5_000)
    .refine((ms) => ms <= 47_000, "expected at most 47s")
    .prefault("47s")
    .describe(
      "Time between two pings of a client that waits for them, as the SDK's guests do; other clients are pinged at least every 25s. Below the idle time-out of each proxy before the gateway",
    ),
  SOCKET_POLLING: flag()
    .prefault("false")
    .describe(
      "HTTP long-polling beside WebSocket; behind several gateways it needs sticky sessions",
    ),
  API_TIMEOUT: duration(100)
    .prefault("5s")
    .describe("How long a gateway waits for an answer of the api"),
  API_CONNECTIONS: integer(1)
    .prefault("64")
    .describe("Connections that one gateway keeps to the api"),
  API_IN_FLIGHT: integer(1)
    .prefault("512")
    .describe(
      "Requests to the api that one gateway has in flight; four times as many wait, further ones are `overloaded`",
    ),
  API_TENANT_PERCENT: integer(1, 100)
    .prefault("80")
    .describe(
      "Percentage of these requests, in flight and waiting, that the clients of one restaurant may have",
    ),
  COMPRESSION: flag()
    .prefault("true")
    .describe("Compress socket messages above COMPRESSION_THRESHOLD, once per broadcast"),
  COMPRESSION_THRESHOLD: integer(0)
    .prefault("1024")
    .describe("Bytes from which a message is compressed"),
};
