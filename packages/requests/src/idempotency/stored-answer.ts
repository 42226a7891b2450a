/**
 * An `Idempotency-Key` (`commandId` on a socket) and whose it is: keys of two principals never
 * meet.
 */
export interface Idempotency {
  /** Staff id or guest session id. */
  readonly principal: string;
  readonly key: string;
  /** Of the body, when the caller has one; the command and its arguments are hashed in any case. */
  readonly hash?: string | undefined;
}

/** An idempotency key with the hash of the command that it stands for. */
export interface Once {
  readonly idempotency: Idempotency;
  readonly hash: string;
}

/** What a command answered, as it is stored and replayed: the status and the JSON body. */
export interface Answer<Body = unknown> {
  readonly status: number;
  readonly body: Body;
}

/** The answer of a command on a request: success or lost, with the request as it is. */
export type RequestAnswer<View> = Answer<{ readonly request: View }>;
