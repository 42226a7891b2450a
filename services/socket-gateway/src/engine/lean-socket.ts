import { Socket, type ExtendedError, type Namespace } from "socket.io";
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
  _cleanup(): void;
  _error(refusal: object): void;
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

  /** What the admission reads; it replaces the record afterwards. */
  buildHandshake(auth: Auth): object {
    return { headers: this.request.headers, auth };
  }

  /** The socket was admitted. */
  _onconnect(): void {
    this.connected = true;
    this.packet({ type: connect, data: { sid: this.id } });
  }
}

/** The members of Socket.IO's namespace that its types do not export. */
interface OpenNamespace {
  _doConnect(socket: OpenSocket, joined: (socket: OpenSocket) => void): void;
}

/**
 * Makes a namespace create lean sockets, and let in those for which `admit` resolves with
 * undefined; its error is the refusal. It takes the place of middleware. Connection state recovery
 * must be off.
 */
export function createLeanSockets<S>(
  namespace: Namespace,
  admit: (socket: S) => Promise<ExtendedError | undefined>,
): void {
  const open = namespace as unknown as OpenNamespace;
  async function add(
    client: Client,
    auth: Auth,
    joined: (socket: OpenSocket) => void,
  ): Promise<void> {
    const socket = new LeanSocket(namespace, client, auth);
    const refusal = await admit(socket as S);
    if ((client.conn as { readonly readyState: string }).readyState !== "open") socket._cleanup();
    else if (refusal === undefined) open._doConnect(socket, joined);
    else {
      socket._cleanup();
      socket._error({ message: refusal.message, data: refusal.data });
    }
  }
  Object.assign(namespace, { _add: add });
}
