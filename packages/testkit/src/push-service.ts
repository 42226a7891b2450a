import { createPublicKey, verify } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { PushDevice } from "./push-device.ts";

/** A push as its device would see it. */
export interface ReceivedPush {
  readonly endpoint: string;
  readonly ttlS: number;
  readonly topic: string | undefined;
  readonly urgency: string | undefined;
  /** Decrypted and parsed. */
  readonly payload: Record<string, unknown>;
  /** Claims of the sender's VAPID token, whose signature was checked. */
  readonly vapid: { readonly aud: string; readonly sub: string; readonly exp: number };
}

export type PushBehaviour = (request: IncomingMessage, response: ServerResponse) => void;

/** A push service (RFC 8030) on this machine, with the devices that subscribe to it. */
export interface PushService extends AsyncDisposable {
  readonly origin: string;
  readonly host: string;
  /** Pushes that were accepted, in order. */
  readonly received: readonly ReceivedPush[];
  /** Calls of any outcome. */
  readonly calls: () => number;
  /** A device's subscription, as a browser's `toJSON()` gives it. */
  subscribe(): {
    readonly endpoint: string;
    readonly keys: { readonly p256dh: string; readonly auth: string };
  };
  /** Answers later calls with this instead of 201; undefined: 201 again. */
  behave(behaviour: PushBehaviour | undefined): void;
}

/** @param vapidPublicKey the sender's, in base64url: other senders get 403 */
export async function startPushService(
  vapidPublicKey: string,
  address = "127.0.0.1",
): Promise<PushService> {
  const devices = new Map<string, PushDevice>();
  const received: ReceivedPush[] = [];
  let behaviour: PushBehaviour | undefined;
  let calls = 0;
  let origin = "";
  const accept = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = Buffer.concat(await request.toArray());
    const device = devices.get(request.url ?? "");
    if (device === undefined) return void response.writeHead(404).end();
    const vapid = verifyVapid(request.headers.authorization ?? "", vapidPublicKey);
    if (vapid === undefined || vapid.aud !== origin) return void response.writeHead(403).end();
    received.push({
      endpoint: `${origin}${request.url}`,
      ttlS: Number(request.headers["ttl"]),
      topic: request.headers["topic"] as string | undefined,
      urgency: request.headers["urgency"] as string | undefined,
      payload: JSON.parse(device.decrypt(body)) as Record<string, unknown>,
      vapid,
    });
    response.writeHead(201, { location: `${origin}/message/${received.length}` }).end();
  };
  const server = createServer((request, response) => {
    calls += 1;
    if (behaviour !== undefined) return behaviour(request, response);
    accept(request, response).catch(() => response.writeHead(400).end());
  });
  server.listen(0, address);
  await once(server, "listening");
  const host = `${address}:${(server.address() as AddressInfo).port}`;
  origin = `http://${host}`;
  return {
    origin,
    host,
    received,
    calls: () => calls,
    subscribe: () => {
      const device = new PushDevice();
      const path = `/push/${devices.size + 1}`;
      devices.set(path, device);
      return { endpoint: `${origin}${path}`, keys: device.keys };
    },
    behave: (next) => {
      behaviour = next;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** RFC 8292: `vapid t=<JWT>, k=<public key>`. Undefined for a wrong key or signature. */
function verifyVapid(header: string, publicKey: string): ReceivedPush["vapid"] | undefined {
  const [, token = "", key = ""] = /^vapid t=([^,]+), ?k=(.+)$/.exec(header) ?? [];
  if (key !== publicKey) return undefined;
  const [head = "", claims = "", signature = ""] = token.split(".");
  const point = Buffer.from(publicKey, "base64url");
  const jwk = {
    kty: "EC",
    crv: "P-256",
    x: point.subarray(1, 33).toString("base64url"),
    y: point.subarray(33).toString("base64url"),
  };
  const isGenuine = verify(
    "sha256",
    Buffer.from(`${head}.${claims}`),
    { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  return isGenuine
    ? (JSON.parse(Buffer.from(claims, "base64url").toString()) as ReceivedPush["vapid"])
    : undefined;
}
