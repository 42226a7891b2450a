import { delimiter, join } from "node:path";
import type { Home } from "../home/home.ts";
import type { Options } from "./options.ts";
import type { Databases } from "../stores/stores.ts";

export interface ServicePlan {
  readonly kind: "api" | "gateway" | "worker";
  readonly name: string;
  readonly main: string;
  readonly port: number;
  readonly env: Record<string, string | undefined>;
}

export interface PlanInput {
  readonly options: Options;
  readonly home: Home;
  readonly root: string;
  readonly databases: Databases;
  readonly redisUrl: string;
  readonly queueRedisUrl: string;
  /** Where gateways reach the apis when there are several. */
  readonly internalOrigin: (apis: readonly string[]) => Promise<string>;
}

/**
 * The tree that a kind of service starts from, when it is not this one: an installed tree of
 * another release, for tests of adjacent releases. A list separated as PATH is gives each instance
 * its own tree; an empty item is this tree. The database schema always is this tree's.
 */
const rootVariables = {
  api: "WAITER_API_ROOT",
  gateway: "WAITER_GATEWAY_ROOT",
  worker: "WAITER_WORKER_ROOT",
} as const;

/**
 * As in the image. V8's young generation grows to 128 MB while a crowd connects, and an idle
 * gateway keeps it: about half of the memory of 5,000 idle guests.
 */
const gatewayNodeOptions = "--max-semi-space-size=16";

/** More `NODE_OPTIONS` for a kind of service alone, such as the heap of a container. */
const nodeVariables = {
  api: "WAITER_API_NODE_OPTIONS",
  gateway: "WAITER_GATEWAY_NODE_OPTIONS",
  worker: "WAITER_WORKER_NODE_OPTIONS",
} as const;

/** What each service is started with. Each gets the secrets that it needs and no other. */
export async function planServices({
  options,
  home,
  root,
  databases,
  redisUrl,
  queueRedisUrl,
  internalOrigin,
}: PlanInput): Promise<ServicePlan[]> {
  const { state } = home;
  const common = {
    ...inherited(options.env),
    HOST: "127.0.0.1",
    REDIS_URL: redisUrl,
    QUEUE_REDIS_URL: queueRedisUrl,
    DOMAIN_URL: domainUrl(options),
    TRUSTED_PROXIES: "127.0.0.1/32,::1/128",
    INTERNAL_TOKEN: state.internalToken,
    // Node then compiles and strips types once, not at every start.
    NODE_COMPILE_CACHE: home.path("compile-cache"),
    DRAIN_WINDOW: options.env["DRAIN_WINDOW"] ?? "2s",
  };
  const { vapid } = state;
  const push = { VAPID_PUBLIC_KEY: options.env["VAPID_PUBLIC_KEY"] ?? vapid.publicKey };
  const pushSender = {
    ...push,
    VAPID_PRIVATE_KEY: options.env["VAPID_PRIVATE_KEY"] ?? vapid.privateKey,
    VAPID_SUBJECT: options.env["VAPID_SUBJECT"] ?? "mailto:postmaster@example.com",
  };
  const database = { DATABASE_URL: databases.appUrl };
  const plan = async (
    kind: ServicePlan["kind"],
    name: string,
    folder: string,
    env: Record<string, string>,
    index = 0,
  ): Promise<ServicePlan> => {
    const port = await home.port(name);
    return {
      kind,
      name,
      port,
      main: join(
        rootOf(options.env[rootVariables[kind]], index) ?? root,
        "services",
        folder,
        "src/main.ts",
      ),
      env: {
        ...common,
        ...env,
        PORT: String(port),
        NODE_OPTIONS: [env["NODE_OPTIONS"], options.env[nodeVariables[kind]]]
          .filter((each) => each !== undefined)
          .join(" "),
      },
    };
  };
  const apis: ServicePlan[] = [];
  for (const [index, name] of names("api", options.apis).entries()) {
    apis.push(
      await plan(
        "api",
        name,
        "api",
        {
          ...database,
          ...push,
          JWT_PRIVATE_KEYS: state.keys.privatePem,
          JWT_PUBLIC_KEYS: state.keys.publicPem,
          PLATFORM_ADMIN_TOKEN: options.env["PLATFORM_ADMIN_TOKEN"] ?? state.platformAdminToken,
        },
        index,
      ),
    );
  }
  const origins = apis.map(originOf);
  const apiUrl = origins.length === 1 ? (origins[0] ?? "") : await internalOrigin(origins);
  const gateways: ServicePlan[] = [];
  for (const [index, name] of names("gateway", options.gateways).entries()) {
    gateways.push(
      await plan(
        "gateway",
        name,
        "socket-gateway",
        {
          JWT_PUBLIC_KEYS: state.keys.publicPem,
          API_URL: apiUrl,
          NODE_OPTIONS: gatewayNodeOptions,
        },
        index,
      ),
    );
  }
  return [
    ...apis,
    ...gateways,
    await plan("worker", "worker", "worker", {
      ...database,
      ...pushSender,
      RELAY_DATABASE_URL: databases.relayUrl,
    }),
  ];
}

export const originOf = ({ port }: { readonly port: number }): string => `http://127.0.0.1:${port}`;

export const domainUrl = ({ env, port }: Options): string =>
  env["DOMAIN_URL"] ?? `http://localhost:${port}`;

/** The tree of the instance `index`; undefined for this one. */
function rootOf(roots: string | undefined, index: number): string | undefined {
  const list = roots?.split(delimiter) ?? [];
  return list[index % list.length] || undefined;
}

const names = (kind: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`);

/**
 * The caller's settings (limits, log level, tracing), less what is the launcher's own business or a
 * secret of one service.
 */
const own =
  /^(npm_|PNPM_|PORT$|OPS_PORT$|HOST$|DATABASE_URL$|.*_DATABASE_URL$|JWT_|VAPID_|PLATFORM_ADMIN_TOKEN$|REDIS_HOST$|REDIS_PORT$|WAITER_FAULT$|NODE_OPTIONS$)/;

function inherited(env: Record<string, string | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.test(name)));
}
