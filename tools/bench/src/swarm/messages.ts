/** What the parent asks of one swarm process. Connection number `i` uses `auths[i]`, or none. */
export interface ConnectOrder {
  readonly kind: "connect";
  readonly urls: readonly string[];
  readonly count: number;
  /** At most this many handshakes under way at once. */
  readonly concurrency: number;
  readonly namespace?: string;
  /** Speaks Centrifugo's JSON protocol; `auths[i].token` is the connection token. */
  readonly centrifugo?: boolean;
  readonly headers?: readonly Record<string, string>[];
  readonly auths?: readonly Record<string, unknown>[];
  readonly compression: boolean;
  /** First of this process's source addresses: 127.0.<n>.x. */
  readonly network: number;
  /** Reconnect after a close, after this long at least and twice this long at most. */
  readonly reconnectAfterMs?: number;
  /** Path of a tunnel's entrance: the connections have no addresses and no files of their own. */
  readonly tunnel?: string;
}
export type Order =
  | ConnectOrder
  | { readonly kind: "close" }
  | { readonly kind: "churn"; readonly cycles: number };

/** What a swarm process tells, every 200 ms and at the end of an order. */
export interface SwarmCounts {
  readonly open: number;
  readonly failed: number;
  readonly closed: number;
  readonly reconnected: number;
  readonly messages: number;
  readonly bytes: number;
  readonly cycles: number;
  readonly lastError?: string;
}
export type Report =
  | { readonly kind: "counts"; readonly counts: SwarmCounts }
  | { readonly kind: "done"; readonly counts: SwarmCounts };
