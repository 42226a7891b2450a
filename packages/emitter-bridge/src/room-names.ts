/**
 * The sharded adapter takes any room name of exactly 20 characters for a socket id: it publishes to such a room on the
 * namespace's channel, while gateways listen for the room on a channel of its own. An emit would reach nobody, or
 * everybody, depending on who sends it.
 */
export const looksLikeSocketId = (room: string): boolean => room.length === 20;

/** A room name of 20 characters was used. Rename the room; no option makes it work. */
export class SocketIdRoomError extends TypeError {
  override readonly name = "SocketIdRoomError";
  readonly room: string;

  constructor(room: string) {
    super(
      `room ${JSON.stringify(room)} is exactly 20 characters long, so the sharded adapter takes it for a socket id: use a shorter or longer name`,
    );
    this.room = room;
  }
}

/** @throws SocketIdRoomError */
export function assertRooms(rooms: string | readonly string[]): void {
  for (const room of typeof rooms === "string" ? [rooms] : rooms) {
    if (looksLikeSocketId(room)) throw new SocketIdRoomError(room);
  }
}
