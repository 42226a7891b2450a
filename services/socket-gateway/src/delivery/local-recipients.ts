import type { Adapter, BroadcastOptions } from "socket.io-adapter";
import type { EngineConnection } from "../engine/ws-internals.ts";

/** From this many members on, a room's list is kept between broadcasts: looking each of them up costs as much as a tenth of its write. */
const keptFrom = 64;

export type LocalSocket = { readonly conn: EngineConnection };

/**
 * The local connections that a broadcast goes to, each once. The list of a large room is kept until somebody joins or leaves
 * it, so that a broadcast to a crowd walks an array instead of two hash tables.
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

  /** Members of any of the rooms (everybody, when none is named) that are in none of `except`. Not to be kept by the caller. */
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
    // One who is in the room and not connected yet would be missed by a list that is kept.
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
