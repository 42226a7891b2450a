import type { Socket } from "socket.io-client";
import { ClientError } from "../shared/client-error.ts";
import { isRecord, textOr } from "../shared/guards.ts";
import { retry } from "../shared/retry.ts";
import { Wakeup } from "../shared/wakeup.ts";
import type { ClientContext } from "./client-options.ts";
import type { LinkOptions } from "./link-options.ts";
import { Link } from "./link.ts";
import { ResumptionTicket } from "./resumption-ticket.ts";
import { refreshDelay } from "./token-life.ts";

interface Tokens {
  readonly accessToken: string;
  readonly expiresAt: string;
  /** For a socket's handshake with this token. */
  readonly ticket?: string | undefined;
}
export interface SessionConnectionOptions extends Omit<
  LinkOptions,
  "url" | "headers" | "timing" | "random" | "token" | "renew"
> {
  /** The current session. */
  readonly session: () => Tokens | undefined;
  /** Renews the session and calls `renewed`. @throws ClientError. */
  readonly renew: () => Promise<Tokens>;
}
export interface Command<T> {
  readonly event: string;
  readonly path: string;
  /** Idempotency-Key and `commandId`: a repeated command runs once. */
  readonly key: string;
  /** Body of the HTTP call. */
  readonly body: object;
  /** Additional fields of the socket command. */
  readonly fields?: object;
  readonly accept: (value: unknown) => value is T;
  /**
   * Runs before each transmission, because a device may sleep between two; throws where it must no
   * longer be sent.
   */
  readonly check?: () => void;
}

/** Shared by both clients: authenticated HTTP calls, commands over socket or HTTP, the link. */
export class SessionConnection {
  readonly link: Link;
  /** Woken when the server is reachable again and at `close`. */
  readonly wakeup = new Wakeup();
  readonly #context: ClientContext;
  readonly #options: SessionConnectionOptions;
  readonly #ticket = new ResumptionTicket();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(base: ClientContext, options: SessionConnectionOptions) {
    this.#context = base;
    this.#options = options;
    this.link = new Link({
      ...base,
      ...options,
      token: async () => {
        const { accessToken, ticket } = await this.session();
        this.#ticket.use(accessToken, ticket);
        return accessToken;
      },
      auth: () => ({ ...options.auth(), ...this.#ticket.auth }),
      prepare: (socket) => {
        this.#ticket.listen(socket);
        options.prepare(socket);
      },
      onState: (state) => {
        if (state === "live" || state === "polling") this.wakeup.wake();
        options.onState(state);
      },
    });
  }

  /** The connected socket, unless it does not answer. */
  get healthySocket(): Socket | undefined {
    return this.link.state === "stale" ? undefined : this.link.socket;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** @throws ClientError. */
  async session(): Promise<Tokens> {
    return this.#options.session() ?? (await this.#options.renew());
  }

  /**
   * One HTTP call; repeated once with a renewed token if the api refuses the first. `check` runs
   * before each transmission. @throws ClientError, and what `check` throws.
   */
  async call<T>(
    method: string,
    path: string,
    accept: (value: unknown) => value is T,
    body?: object,
    key?: string,
    check: () => void = () => undefined,
  ): Promise<T> {
    const send = ({ accessToken: token }: Tokens) => {
      check();
      return this.#context.api.call(method, path, accept, { body, token, key });
    };
    const session = await this.session();
    try {
      return await send(session);
    } catch (error) {
      if (!(error instanceof ClientError) || !error.isAuthentication) throw error;
      return await send(await this.#options.renew());
    }
  }

  /**
   * Sends one command over the socket. Without a socket or an acknowledgement, or if the gateway
   * refuses the token, sends it over HTTP with the same key. @throws ClientError, and what `check`
   * throws.
   */
  async command<T>({ event, path, key, body, fields, accept, check }: Command<T>): Promise<T> {
    check?.();
    const answer = await this.#acknowledged(event, { ...fields, ...body, commandId: key });
    if (isRecord(answer) && answer.ok === true && accept(answer)) return answer;
    if (isRecord(answer) && isRecord(answer.error)) {
      const { code, message, request } = answer.error;
      const failure = new ClientError(textOr(code, "bad_answer"), textOr(message, event), {
        request,
        details: answer.error,
      });
      if (code !== undefined && !failure.isAuthentication) throw failure;
    }
    return await this.call("POST", path, accept, body, key, check);
  }

  /**
   * Records a renewed session: sends the token to the live socket, schedules the next renewal, at
   * the latest in `withinMs`.
   */
  renewed({ accessToken, expiresAt, ticket }: Tokens, withinMs = Infinity): void {
    if (this.#closed) return;
    const { random, timing } = this.#context;
    this.renewIn(Math.min(withinMs, refreshDelay(accessToken, expiresAt, random)));
    // Without an acknowledgement the socket ends with its old token; the next one uses the new
    // token.
    const { socket } = this.link;
    socket
      ?.timeout(timing.ackMs)
      .emitWithAck("auth:refresh", { token: accessToken, ticket })
      .then((answer: unknown) => {
        this.#ticket.keep(accessToken, answer);
        if (isRefusedToken(answer)) socket.disconnect();
      })
      .catch(this.#options.report);
  }

  /** Renews the session after `ms`, in place of the renewal that was scheduled. */
  renewIn(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => void this.#renew(), ms);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.link.close();
    this.wakeup.wake();
  }

  /**
   * Retries until the session is renewed. The first retries are quick: for two minutes the api
   * answers a repeated refresh with the same token.
   */
  async #renew(): Promise<void> {
    const { session, renew, report } = this.#options;
    const before = session();
    const isOver = () => this.#closed || session() !== before;
    const check = (failure: unknown) => failure && report(failure);
    await retry(
      { ...this.#context, wakeup: this.wakeup },
      { run: async () => isOver() || (await renew()), check },
    ).catch(report);
  }

  /** @returns undefined without an acknowledgement in time; the connection is then probed. */
  async #acknowledged(event: string, payload: object): Promise<unknown> {
    try {
      return await this.healthySocket
        ?.timeout(this.#context.timing.ackMs)
        .emitWithAck(event, payload);
    } catch {
      this.link.suspect();
      return undefined;
    }
  }
}

/**
 * Whether a socket answered that a valid token is another session's, so that it acts for a person
 * who has left. Not where it refuses the message, such as one of too many.
 */
function isRefusedToken(answer: unknown): boolean {
  if (!isRecord(answer) || !isRecord(answer.error)) return false;
  return new ClientError(textOr(answer.error.code, ""), "auth:refresh").isAuthentication;
}
