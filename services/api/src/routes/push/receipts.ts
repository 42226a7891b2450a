import { hashSecret } from "@waiter/auth";
import { pushClaimBody, pushReceiptBody, requestAnswer } from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import { readReceiptClaim, reportReceipt } from "@waiter/push";
import { guardRevoked, sendCommand } from "@waiter/requests";
import { currentTraceparent } from "@waiter/telemetry";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { commandAnswer } from "../requests/command-answer.ts";

export const reportPushReceipt = ({
  database,
  replaceNotifications,
}: Pick<Context, "database" | "replaceNotifications">) =>
  defineRoute("POST /api/push/receipts", {
    tag: "Push",
    summary: "Report that a push was shown or opened",
    description: "The receipt of the push is the credential. May be repeated.",
    body: pushReceiptBody,
    errors: ["not_found"],
    answers: { 204: { description: "Recorded" } },
    handle: async ({ tenant, body }) => {
      const reported = await database.inTenant(tenant.id, (tx) =>
        reportReceipt(tx, body.receipt, body.state),
      );
      if (reported === undefined) throw new AppError("not_found");
      const { overtaken } = reported;
      if (overtaken !== undefined) replaceNotifications(tenant.id, overtaken);
      return { status: 204 };
    },
  });

export const claimByReceipt = ({
  database,
  afterCommit,
}: Pick<Context, "database" | "afterCommit">) =>
  defineRoute("POST /api/push/claim", {
    tag: "Push",
    summary: "Claim a request from its notification",
    description:
      "In the name of the person whose device received the push, while the request's round, the session, the person and the subscription are alive. The same claim again has the same answer.",
    body: pushClaimBody,
    errors: ["conflict", "receipt_ended"],
    answers: { 200: { description: "The request after the claim", schema: requestAnswer } },
    handle: async ({ tenant, body: { receipt } }) => {
      const claim = await database.inTenant(tenant.id, (tx) => readReceiptClaim(tx, receipt), {
        readOnly: true,
      });
      if (claim?.isCurrent !== true) throw new AppError("receipt_ended");
      const { requestId, staffId, name, role, sessionId } = claim;
      const result = await sendCommand(database, "claim", {
        tenantId: tenant.id,
        requestId,
        actor: { kind: "staff", id: staffId, name, role, sid: sessionId },
        traceparent: currentTraceparent(),
        idempotency: { principal: staffId, key: `push-claim-${hashSecret(receipt)}` },
        // The device may have been signed out since the receipt was read.
        guards: [
          guardRevoked("staff", (ended) => {
            if (ended.has(sessionId)) throw new AppError("receipt_ended");
          }),
        ],
      });
      afterCommit(result);
      await database.inTenant(tenant.id, (tx) => reportReceipt(tx, receipt, "opened"));
      return commandAnswer(result);
    },
  });
