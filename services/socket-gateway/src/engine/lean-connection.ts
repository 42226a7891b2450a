import { Socket } from "engine.io";
import type { LeanTransport } from "./lean-transport.ts";

/** The members of engine.io's socket that its types do not export. */
interface OpenConnection {
  readonly id: string;
  readonly server: {
    readonly opts: EngineOptions;
    readonly clients: Record<string, unknown>;
    clientsCount: number;
    emit(event: "flush", connection: object, packets: readonly object[]): boolean;
  };
  readyState: string;
  transport: LeanTransport;
  sendPacket(type: string, data?: string, options?: object, callback?: () => void): void;
  onPacket(packet: ReceivedPacket): void;
  onError(error: Error): void;
  onDrain(): void;
  onClose(reason: string): void;
  emit(event: "data", data: unknown): boolean;
  emit(event: "heartbeat"): boolean;
  on(event: "close", listener: (this: LeanConnection) => void): unknown;
}
interface ReceivedPacket {
  readonly type: string;
  readonly data?: unknown;
}
interface EngineOptions {
  readonly pingInterval: number;
  readonly pingTimeout: number;
  readonly maxHttpBufferSize: number;
}
const OpenConnection = Socket as unknown as new (
  id: string,
  engine: object,
  transport: LeanTransport,
  request: object,
  protocol: 4,
) => OpenConnection;

/**
 * engine.io's socket for a client that comes by WebSocket and stays there: its transport calls it
 * directly, so it has neither listeners nor a closure for each. The heartbeat is `Heartbeats`'.
 */
export class LeanConnection extends OpenConnection {
  protected setTransport(transport: LeanTransport): void {
    this.transport = transport;
    transport.connection = this;
  }

  protected onOpen(): void {
    const { pingInterval, pingTimeout, maxHttpBufferSize: maxPayload } = this.server.opts;
    this.readyState = "open";
    this.sendPacket(
      "open",
      JSON.stringify({ sid: this.id, upgrades: [], pingInterval, pingTimeout, maxPayload }),
    );
  }

  /** The transport takes every packet at once, so none waits in `writeBuffer`. */
  override sendPacket(
    type: string,
    data?: string,
    options: object = {},
    callback?: () => void,
  ): void {
    if (callback !== undefined) return super.sendPacket(type, data, options, callback);
    if (this.readyState !== "open") return;
    const packets = [{ type, data, options }];
    this.server.emit("flush", this, packets);
    this.transport.send(packets);
  }

  /** What engine.io does for these, without its listeners of each packet, timers and debug texts. */
  override onPacket(packet: ReceivedPacket): void {
    const isFrequent = packet.type === "message" || packet.type === "pong";
    if (!isFrequent) super.onPacket(packet);
    else if (this.readyState !== "open") return;
    else if (packet.type === "pong") this.emit("heartbeat");
    else this.emit("data", packet.data);
  }

  /** The connection has closed. */
  protected clearTransport(): void {
    (this.transport as unknown as { close(): void }).close();
  }
}
