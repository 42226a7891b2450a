import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadKeys, type KeyRing } from "@waiter/auth";
import { startSystem, type LocalFile, type System, type SystemOptions } from "@waiter/testkit";

/** The tree that the services of every system started from here on run from. */
class ServiceRoots {
  #root: string | undefined;

  /** @param root another checkout; undefined for this one. */
  use(root: string | undefined): void {
    this.#root = root;
  }

  get env(): Record<string, string> {
    const names = ["WAITER_API_ROOT", "WAITER_GATEWAY_ROOT", "WAITER_WORKER_ROOT"];
    return this.#root === undefined
      ? {}
      : Object.fromEntries(names.map((name) => [name, this.#root ?? ""]));
  }
}
export const serviceRoots = new ServiceRoots();

/** A bench's crowd belongs to one restaurant and comes from one address. */
const crowd = {
  CONNECTIONS_PER_ADDRESS_PER_MINUTE: "10000000",
  CONNECTIONS_PER_TENANT_PER_MINUTE: "10000000",
  API_TENANT_PERCENT: "100",
  OPEN_REQUESTS_PER_RESTAURANT: "1000000",
  HTTP_CONNECTIONS: "20000",
};

/**
 * The whole of Waiter, started by its own launcher in a home of its own; `await using` stops it and
 * removes the home.
 */
export class LocalSystem implements AsyncDisposable {
  readonly #system: System;
  #keys: KeyRing | undefined;

  private constructor(system: System) {
    this.#system = system;
  }

  static async start(options: SystemOptions = {}): Promise<LocalSystem> {
    const env = { ...crowd, ...serviceRoots.env, ...options.env };
    return new LocalSystem(await startSystem({ ...options, env }));
  }

  /** The file as it is now: process ids change when a service is started again. */
  local(): LocalFile {
    return this.#system.file;
  }

  /** What a service has logged: `api-1`, `gateway-1`, `worker`. */
  log(name: string): string {
    return this.#system.log(name);
  }

  /** `DOMAIN_URL` of the system: the issuer of its tokens. */
  get domainUrl(): string {
    return this.local().origin;
  }

  /**
   * The keys that the launcher made for this home: the bench signs the tokens of its many guests
   * itself.
   */
  get keys(): KeyRing {
    if (this.#keys === undefined) {
      const { keys } = JSON.parse(readFileSync(join(this.#system.home, "state.json"), "utf8")) as {
        keys: { privatePem: string; publicPem: string };
      };
      this.#keys = loadKeys(keys.privatePem, keys.publicPem);
    }
    return this.#keys;
  }

  /** The secret that api and gateways share: the key of the tickets is derived from it. */
  get internalToken(): string {
    const text = readFileSync(join(this.#system.home, "state.json"), "utf8");
    return (JSON.parse(text) as { internalToken: string }).internalToken;
  }

  /** The database as its superuser: peers keep their tables in a schema of their own. */
  get adminDatabaseUrl(): string {
    const { passwords } = JSON.parse(
      readFileSync(join(this.#system.home, "state.json"), "utf8"),
    ) as {
      passwords: { admin: string };
    };
    const url = new URL(this.local().databaseUrl);
    return Object.assign(url, { username: "postgres", password: passwords.admin }).href;
  }

  /** Base address and Host of the demo restaurant, for a client. */
  get tenant(): System["tenant"] {
    return this.#system.tenant;
  }

  get tenantHost(): string {
    return new URL(this.local().tenantOrigin).host;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#system[Symbol.asyncDispose]();
  }
}
