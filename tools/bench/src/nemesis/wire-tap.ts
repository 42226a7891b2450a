import { namespaces, protocolVersion } from "@waiter/contracts";
import { io, type Socket } from "socket.io-client";
import { post } from "../system/tokens.ts";
import type { Restaurant } from "./restaurant.ts";

/** What raw connections received. */
export interface WireCounts {
  /** Distinct events. */
  readonly events: number;
  /** Copies beyond the first. */
  readonly duplicates: number;
  /** Most copies of one event on one connection. */
  readonly most: number;
}

/** Counts how often each event arrives on one staff connection without the SDK's order and dedupe. */
export class WireTap {
  readonly #counts = new Map<string, number>();
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.onAny((_name: string, body: unknown) => {
      const { seq, epoch } = (body ?? {}) as { seq?: unknown; epoch?: unknown };
      if (typeof seq !== "number" || typeof epoch !== "string" || !("id" in (body as object)))
        return;
      const key = `${epoch} ${seq}`;
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    });
  }

  static async open(restaurant: Restaurant, baseUrl: string): Promise<WireTap> {
    const { email, password } = restaurant.owner;
    const { accessToken } = (await post(baseUrl, "/api/auth/login", restaurant.host, {
      email,
      password,
      refresh: "body",
    })) as { accessToken: string };
    const socket = io(`${baseUrl}${namespaces.staff}`, {
      transports: ["websocket"],
      auth: { token: accessToken, protocol: protocolVersion },
      extraHeaders: { host: restaurant.host },
      forceNew: true,
      reconnectionDelayMax: 2_000,
    });
    // A refusal, such as that of a draining gateway, ends socket.io-client's own reconnection.
    socket.on("connect_error", () => setTimeout(() => socket.connect(), 1_000).unref());
    socket.on("disconnect", () => setTimeout(() => socket.connect(), 1_000).unref());
    return new WireTap(socket);
  }

  get counts(): WireCounts {
    const all = [...this.#counts.values()];
    return {
      events: all.length,
      duplicates: all.reduce((sum, count) => sum + count - 1, 0),
      most: Math.max(0, ...all),
    };
  }

  close(): void {
    this.#socket.removeAllListeners().disconnect();
  }
}

export function sumOf(taps: readonly WireTap[]): WireCounts {
  const counts = taps.map((tap) => tap.counts);
  return {
    events: counts.reduce((sum, { events }) => sum + events, 0),
    duplicates: counts.reduce((sum, { duplicates }) => sum + duplicates, 0),
    most: Math.max(0, ...counts.map(({ most }) => most)),
  };
}
