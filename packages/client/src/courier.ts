import type { Socket } from "socket.io-client";
import { Bell } from "./bell.ts";
import { ClientError } from "./client-error.ts";
import type { ClientBase } from "./client-options.ts";
import { isRecord, textOr } from "./guards.ts";
import { Link, type LinkOptions } from "./link.ts";
import { persist } from "./persist.ts";
import { refreshDelay } from "./token-life.ts";

interface Tokens {
  readonly accessToken: string;
  readonly expiresAt: string;
}
export interface CourierOptions extends Pick<
  LinkOptions,
  "namespace" | "prepare" | "resume" | "probe" | "poll" | "onState" | "onRefused" | "report"
> {
  /** The session so far. */
  readonly session: () => Tokens | undefined;
  /** Gets another session, and hands it to `renewed`. @throws ClientError. */
  readonly renew: () => Promise<Tokens>;
}
export interface Command<T> {
  readonly event: string;
  readonly path: string;
  /** Idempotency-Key and `commandId`: a command that arrives twice is done once. */
  readonly key: string;
  /** As over HTTP. */
  readonly body: object;
  /** What the socket's command has besides. */
  readonly fields?: object;
  readonly accept: (value: unknown) => value is T;
}

/** What both clients share: calls with a token that is renewed when it must be, commands over whichever way is open, the link. */
export class Courier {
  readonly link: Link;
  /** Rung when an answer has become likely again, and at the end. */
  readonly bell = new Bell();
  readonly #base: ClientBase;
  readonly #options: CourierOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(base: ClientBase, options: CourierOptions) {
    this.#base = base;
    this.#options = options;
    this.link = new Link({
      ...base,
      ...options,
      token: async () => (await this.session()).accessToken,
      onState: (state) => {
        if (state === "live" || state === "polling") this.bell.ring();
        options.onState(state);
      },
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** @throws ClientError. */
  async session(): Promise<Tokens> {
    return this.#options.session() ?? (await this.#options.renew());
  }

  /** One HTTP call; with another token, once, when the first turns out to be at fault. @throws ClientError. */
  async call<T>(
    method: string,
    path: string,
    accept: (value: unknown) => value is T,
    body?: object,
    key?: string,
  ): Promise<T> {
    const send = ({ accessToken: token }: Tokens) =>
      this.#base.api.call(method, path, accept, { body, token, key });
    const session = await this.session();
    try {
      return await send(session);
    } catch (error) {
      if (!(error instanceof ClientError) || !error.isAuthentication) throw error;
      return await send(await this.#options.renew());
    }
  }

  /**
   * Sends one command: over the socket where there is one, and over HTTP, with the same key, where there is none, where
   * the acknowledgement does not come, or where the socket's token is at fault. @throws ClientError.
   */
  async command<T>({ event, path, key, body, fields, accept }: Command<T>): Promise<T> {
    const answer = await this.#acknowledged(event, { ...fields, ...body, commandId: key });
    if (isRecord(answer)) {
      if (answer.ok === true && accept(answer)) return answer;
      const { code, message, request } = isRecord(answer.error) ? answer.error : {};
      const failure = new ClientError(textOr(code, "bad_answer"), textOr(message, event), {
        request,
      });
      if (!failure.isAuthentication) throw failure;
    }
    return await this.call("POST", path, accept, body, key);
  }

  /** Takes note of another session: tells the live socket, and renews it in time. */
  renewed({ accessToken, expiresAt }: Tokens): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    const { random, timing } = this.#base;
    this.#timer = setTimeout(
      () => void this.#renew(),
      refreshDelay(accessToken, expiresAt, random),
    );
    // Without its acknowledgement the socket ends with its token, and the next one is made with this.
    this.link.socket
      ?.timeout(timing.ackMs)
      .emitWithAck("auth:refresh", { token: accessToken })
      .catch(this.#options.report);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.link.close();
    this.bell.ring();
  }

  /**
   * Tries until there is another session, whoever got it. The first tries follow each other soon: for two minutes the API
   * answers a refresh whose answer was lost with the same token again.
   */
  async #renew(): Promise<void> {
    const { session, renew, report } = this.#options;
    const before = session();
    const isOver = () => this.#closed || session() !== before;
    const check = (failure: unknown) => failure && report(failure);
    await persist(
      { ...this.#base, bell: this.bell },
      { run: async () => isOver() || (await renew()), check },
    ).catch(report);
  }

  /** @returns undefined when nothing was acknowledged in time. */
  #acknowledged(event: string, payload: object): Promise<unknown> {
    const socket: Socket | undefined = this.link.socket;
    return socket === undefined
      ? Promise.resolve(undefined)
      : socket
          .timeout(this.#base.timing.ackMs)
          .emitWithAck(event, payload)
          .catch(() => undefined);
  }
}
