import { rmSync } from "node:fs";
import { Client } from "pg";
import { freePort, LocalPostgres, waitFor } from "@waiter/local-servers";
import { chooseBackend, images } from "./backend.ts";
import { Container, loadTestcontainers, runLabel } from "./container.ts";
import { newServerFolder } from "./run-folder.ts";
import { testEnvironment } from "./test-environment.ts";

const password = "waiter-test";
/**
 * The roles of the product, as a production server has them: the owner may create roles, but is no
 * superuser.
 */
const logins = { owner: "waiter_owner", app: "waiter_app", relay: "waiter_relay" } as const;

export interface DatabaseUrls {
  /** Owns the tables, migrates. */
  readonly ownerUrl: string;
  /** What the services log in as. */
  readonly appUrl: string;
  readonly relayUrl: string;
}

/** A Postgres of one's own, with an empty database `waiter` of the owner's role. */
export interface TestPostgres extends DatabaseUrls, AsyncDisposable {
  readonly adminUrl: string;
  /** A fast shutdown; the data stays for `restart`. */
  stop(): Promise<void>;
  /** A crash. */
  kill(): Promise<void>;
  /** Freezes every process of it: connections stay open, nothing answers. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Same port, same data. */
  restart(): Promise<void>;
}

/** Starts a Postgres for one test, where the run's servers are. */
export async function startPostgres(): Promise<TestPostgres> {
  const server =
    (await chooseBackend()) === "containers" ? await startContainer() : await startProcess();
  await createWaiter(server.adminUrl);
  return { ...server, ...databaseUrls(server.adminUrl, "waiter") };
}

const createWaiter = (adminUrl: string): Promise<void> =>
  onServer(adminUrl, async (admin) => {
    await createOwner(admin);
    await admin.query(`CREATE DATABASE waiter OWNER ${logins.owner}`);
  });

/** A primary and a standby that follows it, always as processes of this machine. */
export interface TestPostgresPair extends AsyncDisposable {
  readonly primary: TestPostgres;
  readonly standby: TestPostgres;
}

/** Starts a Postgres with a streaming standby for one test. */
export async function startPostgresPair(): Promise<TestPostgresPair> {
  const folder = newServerFolder("postgres");
  const options = { password, durable: false };
  const first = await LocalPostgres.start({ ...options, folder, port: await freePort() });
  const primary = processServer(first, folder);
  await createWaiter(primary.adminUrl);
  const second = newServerFolder("standby");
  const standby = processServer(
    await first.startStandby({ folder: second, port: await freePort() }),
    second,
  );
  return {
    primary: { ...primary, ...databaseUrls(primary.adminUrl, "waiter") },
    standby: { ...standby, ...databaseUrls(standby.adminUrl, "waiter") },
    [Symbol.asyncDispose]: async () => {
      await standby[Symbol.asyncDispose]();
      await primary[Symbol.asyncDispose]();
    },
  };
}

type Server = Omit<TestPostgres, keyof DatabaseUrls>;

async function startProcess(): Promise<Server> {
  const folder = newServerFolder("postgres");
  const port = await freePort();
  return processServer(
    await LocalPostgres.start({ folder, port, password, durable: false }),
    folder,
  );
}

function processServer(server: LocalPostgres, folder: string): Server {
  return {
    adminUrl: server.url,
    stop: () => server.stop(),
    kill: () => server.kill(),
    pause: async () => server.pause(),
    resume: async () => server.resume(),
    restart: () => server.restart(),
    [Symbol.asyncDispose]: async () => {
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startContainer(): Promise<Server> {
  const { GenericContainer, Wait } = await loadTestcontainers();
  const port = await freePort();
  const adminUrl = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  const answers = () =>
    waitFor(() => onServer(adminUrl, async () => true), 60_000, "Postgres's first answer");
  const container = await Container.start(
    new GenericContainer(images.postgres)
      .withEnvironment({ POSTGRES_PASSWORD: password })
      .withExposedPorts({ container: 5432, host: port })
      .withLabels({ [runLabel]: testEnvironment("folder") ?? "" })
      .withWaitStrategy(Wait.forListeningPorts())
      .withCommand(["postgres", "-c", "max_connections=300", "-c", "fsync=off"]),
  );
  await answers();
  return {
    adminUrl,
    stop: () => container.end("SIGINT"),
    kill: () => container.end("SIGQUIT"),
    pause: () => container.pause(),
    resume: () => container.resume(),
    restart: async () => {
      await container.end("SIGINT");
      await container.startAgain();
      await answers();
    },
    [Symbol.asyncDispose]: () => container.remove(),
  };
}

/** The same server's urls of one database, for each role. */
export function databaseUrls(adminUrl: string, database: string): DatabaseUrls {
  const as = (user: string): string => {
    const url = new URL(adminUrl);
    url.username = user;
    url.password = password;
    url.pathname = `/${database}`;
    return url.href;
  };
  return { ownerUrl: as(logins.owner), appUrl: as(logins.app), relayUrl: as(logins.relay) };
}

/** One connection as superuser, for one task. */
export async function onServer<T>(
  adminUrl: string,
  task: (admin: Client) => Promise<T>,
): Promise<T> {
  const admin = new Client({ connectionString: adminUrl, connectionTimeoutMillis: 5_000 });
  admin.on("error", () => undefined);
  try {
    await admin.connect();
    return await task(admin);
  } finally {
    await admin.end().catch(() => undefined);
  }
}

/** A role as a production server would have it for migrations. */
export async function createOwner(admin: Client): Promise<void> {
  await admin.query(`CREATE ROLE ${logins.owner} LOGIN CREATEROLE PASSWORD '${password}'`);
}

export const ownerRole = logins.owner;
