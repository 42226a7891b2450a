import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { WebSocket } from "ws";
import {
  encodeTextFrame,
  PerMessageDeflate,
  pinnedVersions,
  Receiver,
  Sender,
} from "./ws-internals.ts";

const require = createRequire(import.meta.url);

/** Version of a package as this service resolves it. */
function installedVersion(name: string): string {
  for (let folder = dirname(require.resolve(name)); folder !== "/"; folder = dirname(folder)) {
    try {
      const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
        name?: string;
        version: string;
      };
      if (manifest.name === name) return manifest.version;
    } catch {
      // Not the package's own folder yet.
    }
  }
  throw new Error(`${name} is not installed`);
}

describe("pinned internals", () => {
  test.each(Object.entries(pinnedVersions))(
    "%s is the version they were read against: after an upgrade read ws-internals.ts again",
    (name, version) => {
      expect(installedVersion(name)).toBe(version);
    },
  );

  test("engine.io uses the same ws", () => {
    expect(createRequire(require.resolve("engine.io")).resolve("ws")).toBe(require.resolve("ws"));
  });

  test("ws has the pinned members", () => {
    expect(String(Sender.prototype.sendFrame)).toContain("this._socket.write(list[0], cb)");
    expect(typeof PerMessageDeflate.prototype.compress).toBe("function");
    for (const method of ["normalizeParams", "acceptAsServer"] as const)
      expect(typeof PerMessageDeflate.prototype[method]).toBe("function");
    for (const method of ["haveLength", "getData", "decompress", "startLoop"] as const)
      expect(typeof Receiver.prototype[method]).toBe("function");
    const receiver = readFileSync(join(dirname(require.resolve("ws")), "lib/receiver.js"), "utf8");
    for (const state of ["GET_INFO = 0", "GET_DATA = 4", "DEFER_EVENT = 6"])
      expect(receiver).toContain(`const ${state};`);
    // What a pong that goes past the receiver must not miss.
    for (const part of [
      "if (this._opcode === 0x08 && this._state == GET_INFO) return cb();",
      "this._fragmented = 0;",
      "this._errored = true;",
    ])
      expect(receiver).toContain(part);
    expect(Object.getOwnPropertyNames(WebSocket.prototype)).toEqual(
      expect.arrayContaining(["bufferedAmount", "terminate"]),
    );
  });

  test("engine.io's transport has the pinned members", () => {
    const source = readFileSync(
      join(dirname(require.resolve("engine.io")), "transports/websocket.js"),
      "utf8",
    );
    for (const part of [
      "_sender.sendFrame(packet.options.wsPreEncodedFrame",
      "this.writable = false",
      "this.socket = req.websocket",
    ])
      expect(source).toContain(part);
    const socket = readFileSync(join(dirname(require.resolve("engine.io")), "socket.js"), "utf8");
    for (const part of ["this.writeBuffer = []", "this.transport.writable"])
      expect(socket).toContain(part);
    // What `LeanConnection` replaces.
    for (const part of [
      "this.setTransport(transport);\n        this.onOpen();",
      'this.clearTransport();\n            this.emit("close", reason, description);',
      "sendPacket(type, data, options = {}, callback)",
      'this.emit("data", packet.data)',
    ])
      expect(socket).toContain(part);
  });

  test("ws completes an upgrade in the pinned way", () => {
    const folder = join(dirname(require.resolve("ws")), "lib");
    const server = readFileSync(join(folder, "websocket-server.js"), "utf8");
    for (const part of [
      "if (!socket.readable || !socket.writable) return socket.destroy();",
      "if (this._state > RUNNING)",
      "const ws = new this.options.WebSocket(null, undefined, this.options);",
      "socket.removeListener('error', socketOnError);",
      "ws.setSocket(socket, head, {",
    ])
      expect(server).toContain(part);
    const constants = readFileSync(join(folder, "constants.js"), "utf8");
    expect(constants).toContain("GUID: '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'");
  });

  test("an encoded frame is one unmasked text frame in one buffer", () => {
    expect(encodeTextFrame(Buffer.from("4hi"), false)).toEqual(
      Buffer.from([0x81, 3, 0x34, 0x68, 0x69]),
    );
    expect(encodeTextFrame(Buffer.from("4hi"), true)[0]).toBe(0xc1);
    expect(encodeTextFrame(Buffer.alloc(70_000), false).length).toBe(70_010);
  });
});
