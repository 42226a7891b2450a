import { readVersion } from "@waiter/lifecycle";

export const version = readVersion(import.meta.url);
