import type { Settings } from "@waiter/client";
import { ManageError, type ManageApi } from "../../shared/manage-api.ts";

/** Setup ticks "codes printed" for all managers. Another's change meanwhile is no obstacle. */
export async function notePrinted(api: ManageApi, settings: Settings): Promise<void> {
  if (settings.codesPrinted === true) return;
  let { version } = settings;
  for (;;)
    try {
      await api.call("PATCH", "/api/settings", { codesPrinted: true, version });
      return;
    } catch (error) {
      const isStale = error instanceof ManageError && error.code === "conflict";
      if (!isStale) throw error;
      ({ version } = error.problem["settings"] as Settings);
    }
}
