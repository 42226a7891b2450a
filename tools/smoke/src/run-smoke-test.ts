import { randomBytes, randomUUID } from "node:crypto";
import {
  boardAnswer,
  createTenantAnswer,
  envelope,
  guestRequestAnswer,
  guestSessionAnswer,
  loginAnswer,
} from "@waiter/contracts";
import { send, type Sent } from "./send.ts";
import { connectStaff, refusedHandshake } from "./staff-socket.ts";
import type { Target } from "./target.ts";

/** What was seen, line by line, in the order it was tried. */
export type Report = (line: string) => void;

/**
 * Probes, a refused handshake and, with the platform token, one guest's call through to a staff
 * socket, in a tenant of its own that is deleted afterwards.
 * @throws {Error} naming the first step that was not as it must be.
 */
export async function runSmokeTest(target: Target, report: Report): Promise<void> {
  const apex = target.domainUrl.host;
  for (const url of target.opsUrls) {
    for (const path of ["/livez", "/readyz"])
      expectStatus(
        200,
        await send("GET", url + path, { host: apex, timeoutMs: target.timeoutMs }),
        `GET ${url}${path}`,
      );
    report(`${url} is alive and ready`);
  }
  expectStatus(
    200,
    await send("GET", `${target.apiUrl}/api/health`, { host: apex, timeoutMs: target.timeoutMs }),
    "GET /api/health",
  );
  const code = await refusedHandshake({ target, host: `no-tenant.${apex}`, token: "none" });
  report(`a handshake without a token is refused: ${code}`);
  if (target.platformToken === undefined) {
    report("no platform token: no call was tried");
    return;
  }
  await followOneCall(target, target.platformToken, report);
}

async function followOneCall(target: Target, platformToken: string, report: Report): Promise<void> {
  const slug = `test-${randomBytes(6).toString("hex")}`;
  const { timeoutMs, apiUrl } = target;
  const platform = {
    host: target.domainUrl.host,
    headers: { authorization: `Bearer ${platformToken}` },
    timeoutMs,
  };
  const owner = {
    email: `${slug}@waiter.test`,
    name: "Smoke test",
    password: randomBytes(16).toString("base64url"),
  };
  const created = await send("POST", `${apiUrl}/api/platform/tenants`, {
    ...platform,
    body: { slug, name: slug, owner, tables: ["1"] },
  });
  expectStatus(201, created, "POST /api/platform/tenants");
  report(`tenant ${slug} is made`);
  try {
    const host = `${slug}.${target.domainUrl.host}`;
    const token = createTenantAnswer.parse(created.body).tables[0]?.token;
    const login = await send("POST", `${apiUrl}/api/auth/login`, {
      host,
      timeoutMs,
      body: { email: owner.email, password: owner.password },
    });
    expectStatus(200, login, "POST /api/auth/login");
    const staffToken = loginAnswer.parse(login.body).accessToken;
    const socket = await connectStaff({ target, host, token: staffToken });
    report("a staff socket is connected over websocket");
    try {
      const session = await send("POST", `${apiUrl}/api/guest/sessions`, {
        host,
        timeoutMs,
        body: { tableToken: token },
      });
      expectStatus(201, session, "POST /api/guest/sessions");
      const { accessToken, requestTypes } = guestSessionAnswer.parse(session.body);
      const heard = new Promise<string>((resolve, reject) => {
        socket.on("event", (message: unknown) => {
          const { type, data } = envelope.parse(message);
          if (type === "request.created")
            resolve(
              guestRequestAnswer.shape.request
                .pick({ id: true })
                .parse((data as { request: unknown }).request).id,
            );
        });
        AbortSignal.timeout(timeoutMs).addEventListener("abort", () =>
          reject(new Error(`the call did not reach the staff socket within ${timeoutMs} ms`)),
        );
      });
      // Awaited below; a failure of the call itself must not leave it unhandled.
      heard.catch(() => undefined);
      const start = performance.now();
      const call = await send("POST", `${apiUrl}/api/guest/requests`, {
        host,
        timeoutMs,
        headers: { authorization: `Bearer ${accessToken}`, "idempotency-key": randomUUID() },
        body: { type: requestTypes[0]?.key },
      });
      expectStatus(201, call, "POST /api/guest/requests");
      const id = guestRequestAnswer.parse(call.body).request.id;
      if ((await heard) !== id)
        throw new Error("the staff socket heard of another call than the one made");
      report(`the call reached the staff socket after ${Math.round(performance.now() - start)} ms`);
      const board = await send("GET", `${apiUrl}/api/board`, {
        host,
        timeoutMs,
        headers: { authorization: `Bearer ${staffToken}` },
      });
      expectStatus(200, board, "GET /api/board");
      if (!boardAnswer.parse(board.body).requests.some((open) => open.id === id))
        throw new Error("the call is not on the board");
      report("the call is on the board");
    } finally {
      socket.disconnect();
    }
  } finally {
    expectStatus(
      204,
      await send("DELETE", `${apiUrl}/api/platform/tenants/${slug}`, platform),
      "DELETE /api/platform/tenants",
    );
    report(`tenant ${slug} is deleted`);
  }
}

function expectStatus(expected: number, { status, body }: Sent, what: string): void {
  if (status !== expected)
    throw new Error(
      `${what} answered ${status}, not ${expected}: ${JSON.stringify(body).slice(0, 500)}`,
    );
}
