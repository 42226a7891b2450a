import type { ChannelTestAnswer, DeliveryTestJob } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import {
  acceptReceipts,
  createReceipts,
  deleteDeadSubscription,
  findLiveSubscription,
} from "@waiter/push";
import { randomUUID } from "node:crypto";
import type { Context } from "../context.ts";
import { languageOf, testPayload } from "./render-push.ts";
import { sendPush } from "./send-push.ts";
import type { SendResult } from "./send-result.ts";
import { sendSecondChannel } from "./send-second-channel.ts";

type Deps = Pick<Context, "database" | "outbound" | "vapid" | "domainUrl">;

/** A test is worth something now or not at all, s. */
const testTtlS = 60;

/** Sends one test message now; the answer says whether the other side took it, or why not. */
export const testChannel = (deps: Deps, job: DeliveryTestJob): Promise<ChannelTestAnswer> =>
  job.subscriptionId === undefined
    ? testSecondChannel(deps, job.tenantId)
    : testPush(deps, job.tenantId, job.subscriptionId);

async function testPush(
  { database, outbound, vapid }: Deps,
  tenantId: string,
  subscriptionId: string,
): Promise<ChannelTestAnswer> {
  const found = await database.inTenant(tenantId, async (tx) => {
    const device = await findLiveSubscription(tx, subscriptionId);
    if (device === undefined) return undefined;
    const [receipt = ""] = await createReceipts(tx, [
      { deliveryId: null, subscriptionId: device.id },
    ]);
    const { language } = await readTenant(tx);
    return { device, language, receipt };
  });
  if (found === undefined) return { status: "failed", reason: "no_subscription" };
  const { device, receipt } = found;
  const result = await sendPush(outbound, vapid, {
    subscription: device,
    payload: testPayload(languageOf(device.language, found.language), receipt),
    ttlS: testTtlS,
  });
  await database.inTenant(tenantId, async (tx) => {
    if (result.outcome === "accepted") await acceptReceipts(tx, [receipt]);
    if (result.outcome === "gone") await deleteDeadSubscription(tx, device);
  });
  return answerOf(result);
}

async function testSecondChannel(
  { database, outbound, domainUrl }: Deps,
  tenantId: string,
): Promise<ChannelTestAnswer> {
  const { channel, language, ...restaurant } = await database.inTenant(tenantId, readTenant, {
    readOnly: true,
  });
  if (channel === null) return { status: "failed", reason: "not_set" };
  const message = { channel, language, restaurant, messageId: randomUUID() };
  return answerOf(await sendSecondChannel({ outbound, domainUrl }, message));
}

const answerOf = (result: SendResult): ChannelTestAnswer =>
  result.outcome === "accepted" ? { status: "sent" } : { status: "failed", reason: result.reason };

async function readTenant(tx: TenantTransaction) {
  const row = await tx
    .selectFrom("tenant")
    .select(["name", "slug", "languages", "second_channel as channel"])
    .where("id", "=", tx.tenantId)
    .executeTakeFirstOrThrow();
  const { languages, ...rest } = row;
  return { ...rest, language: languageOf(languages[0] ?? null, "en") };
}
