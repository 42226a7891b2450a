/** Sent in the handshake; equals `protocolVersion` of @waiter/contracts. */
export const protocolVersion = 1;
