import type { RequestType } from "@waiter/client";

export type ManagedType = RequestType & { readonly version: number };
