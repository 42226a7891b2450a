import type { Adapter, BroadcastOptions } from "socket.io-adapter";
import type { EngineConnection } from "../engine/ws-internals.ts";

/** Rooms of this size keep their list between broadcasts: a lookup costs a tenth of a write. */
const keptFrom = 64;

export type LocalSocket = { readonly conn: EngineConnection };

/**
 * Local recipients of a broadcast, each once. The list of a large room is cached until its
 * membership changes, so that a broadcast walks an array instead of two hash tables.
 */
export class LocalRecipients {
  readonly #adapter: Adapter;
  readonly #sockets: ReadonlyMap<string, LocalSocket>;
  readonly #kept = new Map<string, readonly EngineConnection[]>();

  constructor(adapter: Adapter, sockets: ReadonlyMap<string, LocalSocket>) {
    this.#adapter = adapter;
    this.#sockets = sockets;
    for (const change of ["join-room", "leave-room"])
      adapter.on(change, (room: string) => this.#kept.delete(room));
  }

  /** Members of any of `rooms` (all sockets if empty) and of none of `except`; do not store it. */
  of({ rooms, except }: Pick<BroadcastOptions, "rooms" | "except">): readonly EngineConnection[] {
    const [room] = rooms;
    if (room !== undefined && rooms.size === 1 && (except === undefined || except.size === 0))
      return this.#membersOf(room);
    return this.#lookUp(this.#idsOf(rooms), except);
  }

  #membersOf(room: string): readonly EngineConnection[] {
    const kept = this.#kept.get(room);
    if (kept !== undefined) return kept;
    const ids = this.#adapter.rooms.get(room) ?? new Set<string>();
    const recipients = this.#lookUp(ids);
    // A member that is not connected yet would be missing from a cached list.
    if (recipients.length >= keptFrom && recipients.length === ids.size)
      this.#kept.set(room, recipients);
    return recipients;
  }

  #lookUp(ids: Iterable<string>, except?: ReadonlySet<string>): EngineConnection[] {
    const recipients: EngineConnection[] = [];
    for (const id of ids) {
      const socket = this.#sockets.get(id);
      if (socket !== undefined && !this.#isExcepted(id, except)) recipients.push(socket.conn);
    }
    return recipients;
  }

  #idsOf(rooms: ReadonlySet<string>): Iterable<string> {
    if (rooms.size === 0) return this.#adapter.sids.keys();
    return new Set([...rooms].flatMap((room) => [...(this.#adapter.rooms.get(room) ?? [])]));
  }

  #isExcepted(id: string, except: ReadonlySet<string> | undefined): boolean {
    if (except === undefined || except.size === 0) return false;
    for (const room of except)
      if (room === id || this.#adapter.rooms.get(room)?.has(id) === true) return true;
    return false;
  }
}
