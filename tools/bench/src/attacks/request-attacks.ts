import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { gone, nested, sendUntilCut, tcp } from "./frames.ts";
import { bearer, json, type Attack, type Target } from "./target.ts";

const post = (
  target: Target,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): ReturnType<Target["ask"]> =>
  target.ask(path, {
    method: "POST",
    headers: { ...json, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

/** The same request line by line on one connection, before the first answer. */
const pipelined = (host: string, path: string, count: number): string =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`.repeat(count);

const asOwner = (make: (target: Target, index: number) => string, lanes = 10): Attack => {
  return (target) =>
    target.until(lanes, (lane, round) =>
      target.ask(make(target, round * lanes + lane), { headers: bearer(target.place.ownerToken) }),
    );
};
const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

/** Attacks on the api: those of the first report, then further ones. */
export const requestAttacks: Readonly<Record<string, Attack>> = {
  "bodies of nested JSON": (target) =>
    target.until(120, () => post(target, "/api/auth/login", nested(49_000))),
  "wrong logins from many addresses": (target) =>
    target.until(40, (lane) =>
      post(
        target,
        "/api/auth/login",
        { email: `unknown${lane}@example.com`, password: "wrong horse battery" },
        target.elsewhere(),
      ),
    ),
  "one code floods a board": (target) =>
    target.until(20, async (lane, round) => {
      const { guests } = target.place;
      const headers = { ...bearer(pick(guests, lane)), "idempotency-key": randomUUID() };
      const type = pick(["waiter", "bill", "water"], round);
      const answer = await post(target, "/api/guest/requests", { type }, headers);
      if (answer?.status !== 201) return;
      const { request } = JSON.parse(answer.text) as { request: { id: string } };
      await post(target, `/api/guest/requests/${request.id}/cancel`, {}, headers);
    }),
  "guests of one restaurant read all the time": (target) =>
    target.until(60, (lane) =>
      target.ask("/api/guest/requests", { headers: bearer(pick(target.place.guests, lane)) }),
    ),
  "one code opens sessions": (target) =>
    target.until(20, () =>
      post(target, "/api/guest/sessions", { tableToken: target.place.tableTokens[0] }),
    ),
  "bodies at a crawl": (target) =>
    target.until(300, async () => {
      const socket = tcp(target, target.apiPort).resume();
      socket.write(
        `POST /api/auth/login HTTP/1.1\r\nHost: ${target.place.host}\r\n` +
          "Content-Type: application/json\r\nContent-Length: 8000\r\n\r\n",
      );
      for (let sent = 0; sent < 8_000 && !socket.destroyed && !target.signal.aborted; sent += 1) {
        socket.write("x");
        await sleep(100);
      }
      target.count("cut");
    }),
  "headers at a crawl": (target) =>
    target.until(300, async () => {
      const socket = tcp(target, target.apiPort).resume();
      socket.write(`GET / HTTP/1.1\r\nHost: ${target.place.host}\r\nX-A: `);
      while (!socket.destroyed && !target.signal.aborted) {
        socket.write("x");
        await sleep(100);
      }
      target.count("cut");
    }),
  "pipelined requests": (target) =>
    target.until(20, async () => {
      const socket = tcp(target, target.apiPort);
      let heard = 0;
      socket.on("data", (data: Buffer) => (heard += data.length));
      socket.end(pipelined(target.place.host, "/api/health", 1_000));
      await gone(socket);
      target.count(heard > 0 ? "answered" : "cut");
    }),
  "pipelined requests, answers unread": (target) =>
    target.until(20, async () => {
      const socket = tcp(target, target.apiPort).pause();
      socket.write(pipelined(target.place.host, "/api/openapi.json", 500));
      await gone(socket);
      target.count("cut");
    }),
  "ranges and conditions on assets": (target) =>
    target.until(40, (_lane, round) =>
      target.ask(pick(["/", "/manage", "/api/openapi.json", "/favicon.ico"], round), {
        headers: {
          range: `bytes=${Array.from({ length: 200 }, (_, at) => `${at}-${at + 1}`).join(",")}`,
          "if-none-match": Array.from({ length: 100 }, () => `"${randomUUID()}"`).join(", "),
          "accept-encoding": "br;q=0.1, gzip;q=0.2, *;q=0",
        },
      }),
    ),
  "refresh tokens used again": (target) =>
    target.until(20, async (lane) => {
      const { owner } = target.place;
      const login =
        lane === 0 && (await post(target, "/api/auth/login", { ...owner, refresh: "body" }));
      const token = login
        ? (JSON.parse(login.text) as { refreshToken?: string }).refreshToken
        : undefined;
      for (let use = 0; use < 20 && !target.signal.aborted; use += 1)
        await post(target, "/api/auth/refresh", {
          refreshToken: token ?? `${randomUUID()}.${randomBytes(32).toString("base64url")}`,
          refresh: "body",
        });
    }),
  "invitations guessed": (target) =>
    target.until(40, () =>
      post(
        target,
        "/api/auth/invitation",
        { invitation: randomBytes(32).toString("base64url") },
        target.elsewhere(),
      ),
    ),
  "codes as PNG": asOwner((target, index) => {
    return `/api/tables/${pick(target.place.tableIds, index)}/qr.png?size=${512 + (index % 500)}`;
  }),
  "codes as SVG": asOwner(
    (target, index) => `/api/tables/${pick(target.place.tableIds, index)}/qr.svg`,
  ),
  "wide searches": asOwner((_target, index) =>
    [
      "/api/requests?from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z",
      `limit=1000&state=${pick(["completed", "cancelled", "new"], index)}`,
    ].join("&"),
  ),
  "patterns in searches": asOwner(
    (_target, index) => `/api/requests?table=${encodeURIComponent("(a+)+$".repeat(index % 300))}`,
  ),
  "events from the beginning": asOwner(() => "/api/events?since=0"),
  "the platform's token guessed": (target) =>
    target.until(40, () =>
      post(
        target,
        "/api/platform/tenants",
        {},
        {
          ...bearer(randomBytes(24).toString("hex")),
          host: target.place.apex,
        },
      ),
    ),
  "routes of gateways probed": (target) =>
    target.until(40, () =>
      post(
        target,
        pick(["/internal/heads", "/internal/changes", "/internal/reach"], target.outcomes.refused),
        { tenants: [] },
        { ...bearer(randomBytes(24).toString("hex")), ...target.elsewhere() },
      ),
    ),
  "certificates of guessed hosts": (target) =>
    target.until(40, () =>
      target.ask(`/internal/tls?domain=${randomUUID().slice(0, 13)}.${target.place.apex}`),
    ),
  "query strings of 14 kB": (target) =>
    target.until(40, () =>
      target.ask(`/api/requests?${"a[b][c]=1&".repeat(1_400)}`, {
        headers: bearer(target.place.ownerToken),
      }),
    ),
  "floods of headers": (target) =>
    target.until(40, () =>
      target.ask("/api/health", {
        headers: Object.fromEntries(
          Array.from({ length: 500 }, (_, at) => [`x-h${at}`, randomBytes(4).toString("hex")]),
        ),
      }),
    ),
  "upgrades to h2c and unknown protocols": (target) =>
    target.until(30, (_lane, round) =>
      sendUntilCut(
        target,
        round % 2 === 0 ? target.apiPort : target.gatewayPort,
        `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${target.place.host}\r\n` +
          "Connection: Upgrade, HTTP2-Settings\r\n" +
          `Upgrade: ${pick(["h2c", "foo", "TLS/1.0", "websocket, h2c"], round)}\r\n` +
          "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      ),
    ),
  "unknown hosts": (target) =>
    target.until(40, () =>
      target.ask("/api/board", { headers: { host: `${randomUUID()}.${target.place.apex}` } }),
    ),
  "metrics and documents": (target) =>
    target.until(20, (_lane, round) =>
      target.ask(pick(["/api/openapi.json", "/api/docs", "/.well-known/jwks.json"], round)),
    ),
};
