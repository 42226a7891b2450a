import { demoSlug, type Demo } from "../seed/seed-demo.ts";
import type { LocalFile } from "./local-file.ts";
import type { Options } from "./options.ts";
import { domainUrl, originOf, type ServicePlan } from "./service-plans.ts";
import type { Stores } from "./start-stores.ts";

/** What stays as it is while the system runs. */
export interface SystemParts {
  readonly options: Options;
  readonly plans: readonly ServicePlan[];
  readonly stores: Stores;
  readonly demo: Demo;
  readonly platformAdminToken: string;
}

/** The origin of the demo restaurant. */
export const tenantOriginOf = (options: Options): string =>
  domainUrl(options).replace("://", `://${demoSlug}.`);

/** The origins of one kind of service, in the order of the plans. */
export const originsOf = (
  plans: readonly ServicePlan[],
  wanted: ServicePlan["kind"],
): readonly string[] => plans.filter(({ kind }) => kind === wanted).map(originOf);

/** `.waiter/local.json` of a running system; pids change when something is started again. */
export function describeSystem(
  { options, plans, stores, demo, platformAdminToken }: SystemParts,
  pidOf: (plan: ServicePlan) => number | undefined,
): LocalFile {
  const [table] = demo.tables;
  const [login] = demo.staff;
  if (table === undefined || login === undefined)
    throw new Error("the demo has neither table nor staff");
  const tenantOrigin = tenantOriginOf(options);
  const apis = originsOf(plans, "api");
  const pidsOf = (wanted: ServicePlan["kind"]): (number | null)[] =>
    plans.filter(({ kind }) => kind === wanted).map((plan) => pidOf(plan) ?? null);
  const apiPids = pidsOf("api");
  return {
    origin: domainUrl(options),
    tenantOrigin,
    guestUrl: `${tenantOrigin}/t/${table.token}`,
    boardUrl: `${tenantOrigin}/board`,
    tableToken: table.token,
    staff: { email: login.email, password: login.password },
    staffMembers: demo.staff.map(({ email, password, role }) => ({ email, password, role })),
    tables: demo.tables,
    api: apis[0] ?? "",
    apis,
    gateways: originsOf(plans, "gateway"),
    worker: originsOf(plans, "worker")[0] ?? "",
    databaseUrl: stores.databases.appUrl,
    migrationDatabaseUrl: stores.databases.migrationUrl,
    relayDatabaseUrl: stores.databases.relayUrl,
    redisUrl: stores.redisUrl,
    queueRedisUrl: stores.queueRedisUrl,
    platformAdminToken,
    pids: {
      launcher: process.pid,
      api: apiPids[0] ?? null,
      apis: apiPids,
      gateways: pidsOf("gateway"),
      worker: pidsOf("worker")[0] ?? null,
      postgres: stores.postgres?.pid ?? null,
      redis: stores.redis?.pid ?? null,
    },
  };
}
