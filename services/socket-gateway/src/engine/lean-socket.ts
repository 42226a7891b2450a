import { Socket, type Namespace } from "socket.io";
import { RandomIds } from "./random-ids.ts";

type Client = ConstructorParameters<typeof Socket>[1];
type Auth = Record<string, unknown>;

/** The members of Socket.IO's socket that its types do not export. */
interface OpenSocket {
  connected: boolean;
  recovered: boolean;
  readonly id: string;
  readonly request: { readonly headers: object };
  packet(packet: { readonly type: number; readonly data: object }): void;
}
const OpenSocket = Socket as unknown as new (
  namespace: Namespace,
  client: Client,
  auth: Auth,
  session: object,
) => OpenSocket;

const ids = new RandomIds();
/** `CONNECT` of the Socket.IO protocol 5. */
const connect = 0;

/**
 * Socket.IO's socket without what costs at each connect and is never read: an id of its own kind,
 * the date's text in the record of the handshake, and a room of its own: no code addresses a socket
 * by its id, and the room would cost each connection a set and a map entry.
 */
class LeanSocket extends OpenSocket {
  constructor(namespace: Namespace, client: Client, auth: Auth) {
    // A constructor takes an id only as that of a recovered session.
    super(namespace, client, auth, { sid: ids.next(), rooms: [], data: {}, missedPackets: [] });
    this.recovered = false;
  }

  /** What the namespaces' middleware reads; it replaces the record afterwards. */
  buildHandshake(auth: Auth): object {
    return { headers: this.request.headers, auth };
  }

  /** The middleware let the socket in. */
  _onconnect(): void {
    this.connected = true;
    this.packet({ type: connect, data: { sid: this.id } });
  }
}

/** Makes a namespace create lean sockets. Connection state recovery must be off. */
export function createLeanSockets(namespace: Namespace): void {
  const create = (client: Client, auth: Auth): OpenSocket =>
    new LeanSocket(namespace, client, auth);
  Object.assign(namespace, { _createSocket: create });
}
