/**
 * Replaces how socket.io-parser finds bytes in a message and takes them out in the build of the
 * pages: no message of ours has any.
 */
export const isBinary = (): boolean => false;
export const hasBinary = (): boolean => false;
export const deconstructPacket = (packet: object) => ({ packet, buffers: [] });
export const reconstructPacket = (packet: object): object => packet;
