import { ApiProbe } from "../api/api-probe.ts";
import type { LocalTenants } from "../connections/local-tenants.ts";
import type { Context } from "../context.ts";
import { askOneHead } from "../heads/ask-heads.ts";

export interface ApiProbeDeps {
  readonly tenants: Pick<LocalTenants, "any">;
  /** The api began or ceased to answer. */
  readonly onChange: () => void;
}

/** Wires the probe of the api: its question is the head of a tenant of this gateway. */
export function createApiProbe(
  { api, settings, logger }: Context,
  { tenants, onChange }: ApiProbeDeps,
): ApiProbe {
  return new ApiProbe({
    ask: () => {
      const tenantId = tenants.any();
      return tenantId === undefined ? undefined : askOneHead(api, tenantId);
    },
    intervalMs: settings.apiProbeIntervalMs,
    waitMs: settings.apiProbeWaitMs,
    retryMs: settings.apiProbeRetryMs,
    onChange: (reachable) => {
      logger.warn(reachable ? "the api answers again" : "the api does not answer");
      onChange();
    },
  });
}
