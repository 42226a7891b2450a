import { userInfo } from "node:os";
import { createLogger } from "@waiter/logger";
import { createSecurityLog, type SecurityEvent } from "../security-log.ts";
import { version } from "../version.ts";

/**
 * Writes a line of the security log for a command that did something to a tenant or a person. It
 * goes to standard error: standard output has the command's result. `by` is the user of the
 * operating system; WAITER_OPERATOR names the person where a container has one user for all.
 */
export function noteCommand(
  event: SecurityEvent,
  facts: { readonly tenantId: string; readonly staffId?: string },
): void {
  const logger = createLogger({ service: "command", version, stream: process.stderr });
  const by = process.env["WAITER_OPERATOR"] ?? userName();
  createSecurityLog(logger, { salt: "", count: () => undefined }).note(event, {
    ...facts,
    by: `command ${by}`,
  });
}

/** A container may run as a user without a name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
