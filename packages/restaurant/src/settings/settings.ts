import {
  type EscalationPolicy,
  type Language,
  type OpeningHours,
  type SecondChannel,
  type Settings,
  type Wifi,
} from "@waiter/contracts";
import { newSecret } from "@waiter/auth";
import type { Database, TenantTable, TenantTransaction } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { defaultSeconds, effectivePolicy, secondsOf } from "@waiter/escalation";
import type { Selectable } from "kysely";
import { nearestAccent } from "./accent.ts";
import { change, type ChangeContext, type Changed, type Sealing } from "../change.ts";
import { findPolicyProblems } from "./escalation-policy.ts";
import { findHoursProblems } from "./opening-hours.ts";
import { refuse, refuseStale } from "../refuse.ts";
import { isTimeZone, readableTimeZone } from "./time-zones.ts";

export interface SettingsPatch {
  readonly name?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly languages?: readonly Language[] | undefined;
  readonly hours?: OpeningHours | null | undefined;
  readonly escalation?: EscalationPolicy | null | undefined;
  readonly accent?: string | null | undefined;
  readonly wifi?: Wifi | null | undefined;
  readonly secondChannel?: SecondChannel | null | undefined;
  readonly staffSearch?: boolean | undefined;
  readonly codesPrinted?: boolean | undefined;
  readonly version: number;
}

/** All settings, the Wi-Fi password and the second channel's target included: for managers. */
export async function readSettings(tx: TenantTransaction): Promise<Settings> {
  return toSettings(await settingsRow(tx), await logoHash(tx));
}

/** What every waiter may read: events and boards carry nothing more. */
export function publicSettings({
  wifi: _wifi,
  secondChannel: _channel,
  ...settings
}: Settings): Settings {
  return settings;
}

/**
 * Changes the settings that the patch names. Throws `conflict` with the settings as they are for a
 * stale version, and `validation_failed` with the field's path. A webhook's signing secret is made
 * here and answered once, in `secret`.
 */
export const updateSettings = (
  database: Database,
  context: ChangeContext,
  patch: SettingsPatch,
): Promise<Changed<{ settings: Settings; secret?: string }>> => {
  validateSettings(patch);
  if (patch.staffSearch !== undefined && context.editor.role === "manager")
    throw new AppError("forbidden");
  return change(
    database,
    context,
    "settings.update",
    patch,
    async (tx, log) => {
      const before = await settingsRow(tx, { lock: true });
      const hash = await logoHash(tx);
      if (before.settings_version !== patch.version)
        refuseStale({ settings: toSettings(before, hash) });
      const { column, secret } = channelColumn(patch.secondChannel, before.second_channel);
      const after = await tx
        .updateTable("tenant")
        .set({
          settings_version: before.settings_version + 1,
          ...(patch.name !== undefined && { name: patch.name }),
          ...(patch.timeZone !== undefined && { time_zone: patch.timeZone }),
          ...(patch.languages !== undefined && { languages: [...new Set(patch.languages)] }),
          ...(patch.hours !== undefined && { hours: json(patch.hours) }),
          ...(patch.accent !== undefined && { accent: patch.accent?.toLowerCase() ?? null }),
          ...(patch.wifi !== undefined && { wifi: json(patch.wifi) }),
          ...(patch.staffSearch !== undefined && { staff_search: patch.staffSearch }),
          ...(patch.codesPrinted !== undefined && { codes_printed: patch.codesPrinted }),
          ...(patch.escalation !== undefined && {
            escalation: json(patch.escalation),
            // Steps where there is no policy; else for a release that knows levels alone.
            escalation_steps:
              patch.escalation === null ? defaultSeconds : secondsOf(patch.escalation),
          }),
          ...column,
        })
        .where("id", "=", tx.tenantId)
        .returningAll()
        .executeTakeFirstOrThrow();
      const settings = toSettings(after, hash);
      return {
        status: 200,
        body: { settings, ...(secret !== undefined && { secret }) },
        events: [log("settings.updated", { settings: publicSettings(settings) })],
      };
    },
    managersSettings,
  );
};

/**
 * The stored answer has neither the Wi-Fi nor the second channel; a replay shows those that are set
 * by then, and no webhook's secret.
 */
const managersSettings: Sealing<{ settings: Settings; secret?: string }> = {
  seal: ({ settings }) => ({ settings: publicSettings(settings) }),
  reveal: async (tx, { settings }) => {
    const { wifi, secondChannel } = await readSettings(tx);
    return { settings: { ...settings, wifi, secondChannel } };
  },
};

/** A logo's content, already re-encoded, or null to remove it. */
export const putLogo = (
  database: Database,
  context: ChangeContext,
  logo: { readonly hash: string; readonly content: Buffer } | null,
): Promise<Changed<{ settings: Settings }>> =>
  change(
    database,
    context,
    "settings.logo",
    logo?.hash ?? null,
    async (tx, log) => {
      const before = await settingsRow(tx, { lock: true });
      if (logo === null)
        await tx.deleteFrom("tenant_logo").where("tenant_id", "=", tx.tenantId).execute();
      else
        await tx
          .insertInto("tenant_logo")
          .values({ tenant_id: tx.tenantId, ...logo })
          .onConflict((conflict) => conflict.column("tenant_id").doUpdateSet(logo))
          .execute();
      const version = before.settings_version + 1;
      await tx
        .updateTable("tenant")
        .set({ settings_version: version })
        .where("id", "=", tx.tenantId)
        .execute();
      const settings = toSettings({ ...before, settings_version: version }, logo?.hash ?? null);
      return {
        status: logo === null ? 204 : 200,
        body: { settings },
        events: [log("settings.updated", { settings: publicSettings(settings) })],
      };
    },
    managersSettings,
  );

/** The logo as it is served (WebP); undefined if it has another hash: its picture is not read. */
export const readLogo = async (tx: TenantTransaction, hash: string): Promise<Buffer | undefined> =>
  (
    await tx
      .selectFrom("tenant_logo")
      .select("content")
      .where("tenant_id", "=", tx.tenantId)
      .where("hash", "=", hash)
      .executeTakeFirst()
  )?.content;

function validateSettings({ timeZone, hours, accent, escalation }: SettingsPatch): void {
  if (timeZone !== undefined && !isTimeZone(timeZone))
    refuse("timeZone", "is not a time zone, such as Europe/Rome");
  const problems = [
    ...(hours
      ? findHoursProblems(hours).map((one) => ({ ...one, path: `hours.${one.path}` }))
      : []),
    ...(escalation
      ? findPolicyProblems(escalation).map((one) => ({ ...one, path: `escalation.${one.path}` }))
      : []),
  ];
  if (problems.length > 0) throw new AppError("validation_failed", { extra: { errors: problems } });
  if (accent !== undefined && accent !== null) {
    const nearest = nearestAccent(accent);
    if (nearest !== accent.toLowerCase())
      refuse("accent", `is too pale to read; the nearest colour that works is ${nearest}`);
  }
}

type SettingsRow = Selectable<TenantTable>;

async function settingsRow(
  tx: TenantTransaction,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<SettingsRow> {
  const row = await tx
    .selectFrom("tenant")
    .selectAll()
    .where("id", "=", tx.tenantId)
    .$if(lock, (query) => query.forNoKeyUpdate())
    .executeTakeFirst();
  if (row === undefined) throw new AppError("tenant_unknown");
  return row;
}

const logoHash = async (tx: TenantTransaction): Promise<string | null> =>
  (
    await tx
      .selectFrom("tenant_logo")
      .select("hash")
      .where("tenant_id", "=", tx.tenantId)
      .executeTakeFirst()
  )?.hash ?? null;

const toSettings = (row: SettingsRow, hash: string | null): Settings => ({
  name: row.name,
  timeZone: readableTimeZone(row.time_zone),
  languages: row.languages as Language[],
  hours: row.hours,
  escalation: effectivePolicy(row.escalation, row.escalation_steps),
  accent: row.accent,
  logoUrl: hash === null ? null : `/api/logo/${hash}.webp`,
  wifi: row.wifi,
  secondChannel: row.second_channel && {
    kind: row.second_channel.kind,
    target: row.second_channel.target,
  },
  staffSearch: row.staff_search,
  codesPrinted: row.codes_printed,
  version: row.settings_version,
});

/**
 * The channel's row; a new webhook gets a secret (Standard Webhooks: `whsec_` and base64), an
 * unchanged target keeps its own.
 */
function channelColumn(
  next: SecondChannel | null | undefined,
  before: SettingsRow["second_channel"],
): { readonly column: { second_channel?: string | null }; readonly secret?: string } {
  if (next === undefined) return { column: {} };
  if (next === null) return { column: { second_channel: null } };
  if (next.kind === "ntfy") return { column: { second_channel: JSON.stringify(next) } };
  if (before?.kind === "webhook" && before.target === next.target) return { column: {} };
  const secret = `whsec_${Buffer.from(newSecret(), "base64url").toString("base64")}`;
  return { column: { second_channel: JSON.stringify({ ...next, secret }) }, secret };
}

const json = (value: object | null): string | null =>
  value === null ? null : JSON.stringify(value);
