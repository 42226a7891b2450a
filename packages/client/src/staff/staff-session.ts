import type { LoginAnswer, StaffMember } from "../protocol/types.ts";
import { ClientError } from "../shared/client-error.ts";
import { isNothing, isLoginAnswer } from "../shared/guards.ts";
import type { HttpApi } from "../http/http-api.ts";
import { within } from "../shared/within.ts";

/** Answer of login and refresh. `refreshToken` is present only with `refresh: "body"`. */
export interface StaffSession {
  readonly accessToken: string;
  readonly expiresAt: string;
  /** For the next socket, with this access token alone. */
  readonly ticket?: string | undefined;
  readonly staff: StaffMember;
  readonly refreshToken?: string | undefined;
}

/**
 * The tokens of one staff member. The refresh token is an HttpOnly cookie or, outside browsers
 * (`refresh: "body"`), part of the session. One refresh runs at a time, also across the tabs of a
 * browser, because each refresh replaces the refresh token.
 */
export class StaffTokens {
  readonly #api: HttpApi;
  readonly #refresh: "cookie" | "body";
  readonly #lockMs: number;
  readonly #onSession: (session: StaffSession | undefined) => void;
  #session: StaffSession | undefined;
  #refreshing: Promise<StaffSession> | undefined;

  constructor(
    api: HttpApi,
    refresh: "cookie" | "body",
    lockMs: number,
    session: StaffSession | undefined,
    onSession: (session: StaffSession | undefined) => void,
  ) {
    this.#api = api;
    this.#refresh = refresh;
    this.#lockMs = lockMs;
    this.#session = session;
    this.#onSession = onSession;
  }

  get session(): StaffSession | undefined {
    return this.#session;
  }

  async login(email: string, password: string): Promise<StaffSession> {
    const body = { email, password, ...(this.#refresh === "body" ? { refresh: "body" } : {}) };
    return this.#take(await this.#api.call("POST", "/api/auth/login", isLoginAnswer, { body }));
  }

  /** @throws ClientError; with `isAuthentication` the session has ended. */
  refresh(): Promise<StaffSession> {
    this.#refreshing ??= exclusively(this.#lockMs, () => this.#refreshOnce()).finally(
      () => (this.#refreshing = undefined),
    );
    return this.#refreshing;
  }

  async logout(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    this.#onSession(undefined);
    await this.#api.call("POST", "/api/auth/logout", isNothing, {
      body: this.#body(session),
      token: session?.accessToken,
    });
  }

  async #refreshOnce(): Promise<StaffSession> {
    try {
      return this.#take(
        await this.#api.call("POST", "/api/auth/refresh", isLoginAnswer, {
          body: this.#body(this.#session),
        }),
      );
    } catch (error) {
      if (error instanceof ClientError && error.isAuthentication) {
        this.#session = undefined;
        this.#onSession(undefined);
      }
      throw error;
    }
  }

  #body(session: StaffSession | undefined): { refreshToken?: string } {
    return this.#refresh === "body" && session?.refreshToken !== undefined
      ? { refreshToken: session.refreshToken }
      : {};
  }

  #take(answer: LoginAnswer): StaffSession {
    const refreshToken = answer.refreshToken ?? this.#session?.refreshToken;
    this.#session = {
      accessToken: answer.accessToken,
      expiresAt: answer.expiresAt,
      ticket: answer.ticket,
      staff: answer.staff,
      refreshToken,
    };
    this.#onSession(this.#session);
    return this.#session;
  }
}

/**
 * Runs in one tab of this origin at a time, if the browser has Web Locks (they need TLS). A tab
 * that was frozen while it refreshed keeps its lock: after `lockMs` this tab refreshes without it,
 * which the api's grace period allows.
 */
async function exclusively<T>(lockMs: number, run: () => Promise<T>): Promise<T> {
  const locks = (globalThis.navigator as { locks?: LockManager } | undefined)?.locks;
  if (locks === undefined || globalThis.document === undefined) return await run();
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(), lockMs);
  let running: Promise<T> | undefined;
  let gaveUp = false;
  const locked = locks.request("waiter:refresh", { signal: waiting.signal }, async () => {
    clearTimeout(timer);
    if (gaveUp) return;
    running = run();
    await running.catch(() => undefined);
  });
  await within(lockMs + 100, locked).catch(() => undefined);
  clearTimeout(timer);
  gaveUp = true;
  return await (running ?? run());
}
