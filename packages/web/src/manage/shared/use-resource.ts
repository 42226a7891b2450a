import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { useManage } from "./manage-context.ts";
import { ManageError } from "../../shared/manage-api.ts";
import type { ManageApi } from "../../shared/manage-api.ts";

export interface Resource<T> {
  /** Undefined until it was read once. */
  readonly value: T | undefined;
  /** It could not be read the last time; what is shown may be old. */
  readonly failed: boolean;
  readonly refresh: () => Promise<void>;
}

/**
 * Something of the restaurant that is read from the api, again after each event whose type begins
 * with one of `kinds`, and again when reading has failed. `read` must be stable.
 */
export function useResource<T>(
  read: (api: ManageApi) => Promise<T>,
  kinds: readonly string[],
): Resource<T> {
  const { api, events, onEnded } = useManage();
  const [value, setValue] = useState<T>();
  const [failed, setFailed] = useState(false);
  /** Of two readings the later one counts, whichever answers first. */
  const last = useRef(0);
  const refresh = useCallback(async () => {
    const own = ++last.current;
    try {
      const next = await read(api);
      if (own !== last.current) return;
      setValue(next);
      setFailed(false);
    } catch (error) {
      if (error instanceof ManageError && error.code === "unauthorized") onEnded();
      if (own === last.current) setFailed(true);
    }
  }, [api, read, onEnded]);
  useEffect(() => void refresh(), [refresh]);
  const wanted = kinds.join();
  useEffect(
    () =>
      events.on((types) => {
        const concerns = (type: string) =>
          type === "*" || wanted.split(",").some((kind) => type.startsWith(kind));
        if (types.some(concerns)) void refresh();
      }),
    [events, wanted, refresh],
  );
  useEffect(() => {
    if (!failed) return undefined;
    const timer = setTimeout(() => void refresh(), 5_000);
    return () => clearTimeout(timer);
  }, [failed, refresh]);
  return { value, failed, refresh };
}
