/**
 * Who may call a route, and what is known of the caller when its handler runs:
 * - `public`: anybody, on any host of ours; no tenant is looked up
 * - `tenant`: anybody, on the host of an existing tenant
 * - `guest`, `staff`, `manager` (owners too): the bearer of such a token, on the host of the token's tenant
 * - `platform`: the platform token, on the apex host
 * - `internal`: a gateway, by the internal token, whatever the host, and never through a proxy
 */
export type Access = "public" | "tenant" | "guest" | "staff" | "manager" | "platform" | "internal";
