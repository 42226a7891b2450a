import { useCallback } from "preact/hooks";
import type { ManageApi } from "../../shared/manage-api.ts";
import { useReading, type Resource } from "../../shared/use-reading.ts";
import { useManage } from "./manage-context.ts";

/**
 * Something of the restaurant that is read from the api, again after each event whose type begins
 * with one of `kinds`, and again when reading has failed. `read` must be stable.
 */
export function useResource<T>(
  read: (api: ManageApi) => Promise<T>,
  kinds: readonly string[],
): Resource<T> {
  const { api, events, onEnded } = useManage();
  const wanted = kinds.join();
  const follow = useCallback(
    (listener: () => void) =>
      events.on((types) => {
        const concerns = (type: string) =>
          type === "*" || wanted.split(",").some((kind) => type.startsWith(kind));
        if (types.some(concerns)) listener();
      }),
    [events, wanted],
  );
  return useReading({ api, read, follow, onEnded });
}
