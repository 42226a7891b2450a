import { migrate } from "@waiter/database";
import { announce } from "./announce.ts";
import { buildWeb, isWebStale } from "../sources/build-web.ts";
import { describeSystem, originsOf, tenantOriginOf } from "./describe-system.ts";
import { endLeftoverServices } from "./end-leftovers.ts";
import { Home } from "../home/home.ts";
import { lockHome } from "./launcher-lock.ts";
import type { LocalFile } from "./local-file.ts";
import type { Options } from "./options.ts";
import { createOrigin } from "../origin/create-origin.ts";
import { step } from "./progress.ts";
import { resetHome } from "./reset-home.ts";
import { seedDemo } from "../seed/seed-demo.ts";
import { originOf, planServices, type ServicePlan } from "./service-plans.ts";
import { startStores } from "./start-stores.ts";
import type { StoreProcess } from "../stores/stores.ts";
import { superviseStore } from "../stores/supervise-store.ts";
import { SupervisedProcess } from "./supervised-process.ts";
import { watchSources } from "../sources/watch-sources.ts";

/** Longest wait for a service at its start, and at its end. */
const readyMs = 60_000;
const stopMs = 20_000;

/** Something to undo when everything stops. */
type Undo = () => Promise<void> | void;

/**
 * The whole system on this machine.
 *
 * `start` brings it up in order; `stop` takes it down in the reverse order, also when `start` is
 * not through yet, and leaves no process behind. `kill` ends the services at once.
 */
export class Launcher {
  readonly #options: Options;
  readonly #root: string;
  readonly #stopping = new AbortController();
  readonly #undo: Undo[] = [];
  #services: SupervisedProcess[] = [];
  #stopped: Promise<void> = Promise.resolve();

  constructor(options: Options, root: string) {
    this.#options = options;
    this.#root = root;
  }

  /**
   * Resolves when everything is ready. Throws an error that says what went wrong, or the reason of
   * a stop.
   */
  async start(): Promise<void> {
    const { env, reset } = this.#options;
    const { signal } = this.#stopping;
    const home = new Home(this.#options.home, { reset });
    this.#undo.push(lockHome(home));
    await endLeftoverServices(home);
    home.remove("local.json");
    if (reset) await step("Emptying what was kept", () => resetHome(home));

    if (isWebStale(this.#root)) await step("Building the web app", () => buildWeb(this.#root));
    signal.throwIfAborted();

    const stores = await startStores({
      home,
      env,
      signal,
      keep: (server, name) => this.#keep(server, name),
    });
    const { databases } = stores;

    await step("Migrating the database", () => migrate(databases));
    const demo = await step("Preparing the restaurant demo", () =>
      seedDemo(databases.appUrl, { reset: reset && stores.postgres === undefined }),
    );
    signal.throwIfAborted();

    const plans = await planServices({
      options: this.#options,
      home,
      root: this.#root,
      databases,
      redisUrl: stores.redisUrl,
      queueRedisUrl: stores.queueRedisUrl,
      internalOrigin: (apis) => this.#openInternalOrigin(home, apis),
    });
    await this.#listen(plans);

    const { platformAdminToken: generated } = home.state;
    const parts = {
      options: this.#options,
      plans,
      stores,
      demo,
      platformAdminToken: env["PLATFORM_ADMIN_TOKEN"] ?? generated,
    };
    const describe = (): LocalFile =>
      describeSystem(parts, ({ name }) => this.#services.find((each) => each.name === name)?.pid);
    const write = (): void => home.write("local.json", `${JSON.stringify(describe(), null, 2)}\n`);
    this.#undo.push(() => home.remove("local.json"));
    this.#services = plans.map((plan) => this.#supervise(plan, home, write));
    this.#undo.push(async () => {
      await Promise.all(this.#services.map((service) => service.stop(stopMs)));
    });
    await step(`Starting ${plans.map(({ name }) => name).join(", ")}`, async () => {
      await Promise.all(this.#services.map((service) => service.ready(readyMs, signal)));
    });
    this.#onStoreStart = write;
    write();
    if (this.#options.watch) this.#watch();
    await announce(describe(), this.#options, home.path("logs"));
  }

  /**
   * Undoes everything, last thing first. Called again, it undoes what a start that was still under
   * way has added.
   */
  stop(): Promise<void> {
    this.#stopping.abort(new Error("stopped"));
    this.#stopped = this.#stopped.then(() => this.#undoAll());
    return this.#stopped;
  }

  async #undoAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) {
      try {
        await undo();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, "not everything could be stopped");
  }

  /**
   * Ends the services at once. The stores still end in order, so that they lose no data.
   */
  kill(): void {
    for (const service of this.#services) service.kill();
  }

  #onStoreStart = (): void => undefined;

  #keep(server: StoreProcess, name: string): void {
    this.#undo.push(() => server.stop());
    superviseStore(server, {
      name,
      signal: this.#stopping.signal,
      onStart: () => this.#onStoreStart(),
    });
  }

  /** Where gateways reach the apis when there are several. */
  async #openInternalOrigin(home: Home, apis: readonly string[]): Promise<string> {
    const port = await home.port("internal");
    const origin = await createOrigin({
      port,
      addresses: ["127.0.0.1"],
      apis,
      gateways: [],
      edge: false,
    });
    this.#undo.push(() => origin.close());
    return `http://127.0.0.1:${port}`;
  }

  async #listen(plans: readonly ServicePlan[]): Promise<void> {
    const { port, lan } = this.#options;
    const apis = originsOf(plans, "api");
    const gateways = originsOf(plans, "gateway");
    const metrics = new Map(plans.map((plan) => [plan.name, originOf(plan)]));
    const addresses = lan ? ["0.0.0.0", "::1"] : ["127.0.0.1", "::1"];
    const addressHost = lan ? new URL(tenantOriginOf(this.#options)).host : undefined;
    try {
      const origin = await createOrigin({ port, addresses, apis, gateways, metrics, addressHost });
      this.#undo.push(() => origin.close());
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      throw new Error(
        `Port ${port} is taken by another program. Stop it, or choose another port: PORT=${port + 1}`,
        { cause: error },
      );
    }
  }

  #supervise(
    { name, main, env, kind, port }: ServicePlan,
    home: Home,
    onStart: () => void,
  ): SupervisedProcess {
    const fault = this.#options.env["WAITER_FAULT"];
    return new SupervisedProcess({
      name,
      main,
      env,
      origin: originOf({ port }),
      logFile: home.path("logs", `${name}.log`),
      onStart,
      onDeath: (how) => console.log(`${name} ended (${how}); starting it again`),
      ...(fault?.startsWith(`${kind}:`) === true && { firstEnv: { WAITER_FAULT: fault } }),
    });
  }

  #watch(): void {
    watchSources(this.#root, this.#stopping.signal, ({ web, services }) => {
      if (web)
        step("Building the web app", () => buildWeb(this.#root)).catch((error: Error) =>
          console.error(error.message),
        );
      const concerned = this.#services.filter(({ name }) =>
        [...services].some((kind) => name.startsWith(kind)),
      );
      if (concerned.length === 0) return;
      console.log(`changed: starting ${concerned.map(({ name }) => name).join(", ")} again`);
      for (const service of concerned) service.restart();
    });
    console.log("Watching packages and services for changes.");
  }
}
