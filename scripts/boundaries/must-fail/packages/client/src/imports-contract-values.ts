import { protocolVersion } from "@waiter/contracts";

export const version = protocolVersion;
