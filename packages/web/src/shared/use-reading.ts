import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ManageError, type ManageApi } from "./manage-api.ts";
import { retryPause } from "./retry-pause.ts";

export interface Resource<T> {
  /** Undefined until it was read once. */
  readonly value: T | undefined;
  /** It could not be read the last time; what is shown may be old. */
  readonly failed: boolean;
  readonly refresh: () => Promise<void>;
}
export interface ReadingOptions<T> {
  readonly api: ManageApi;
  /** Must be stable. */
  readonly read: (api: ManageApi) => Promise<T>;
  /** Calls its listener after each change that concerns it; returns its end. Must be stable. */
  readonly follow: (listener: () => void) => () => void;
  /** The session is over. */
  readonly onEnded: () => void;
}

/** Something that is read from the api, again after each change, and again when reading has failed. */
export function useReading<T>({ api, read, follow, onEnded }: ReadingOptions<T>): Resource<T> {
  const [value, setValue] = useState<T>();
  /** Failed readings since the last answer. */
  const [failures, setFailures] = useState(0);
  const failed = failures > 0;
  /** Of two readings the later one counts, whichever answers first. */
  const last = useRef(0);
  const ended = useRef(onEnded);
  ended.current = onEnded;
  const refresh = useCallback(async () => {
    const own = ++last.current;
    try {
      const next = await read(api);
      if (own !== last.current) return;
      setValue(next);
      setFailures(0);
    } catch (error) {
      if (error instanceof ManageError && error.code === "unauthorized") ended.current();
      if (own === last.current) setFailures((count) => count + 1);
    }
  }, [api, read]);
  useEffect(() => void refresh(), [refresh]);
  useEffect(() => follow(() => void refresh()), [follow, refresh]);
  useEffect(() => {
    if (failures === 0) return undefined;
    const timer = setTimeout(() => void refresh(), retryPause(failures));
    return () => clearTimeout(timer);
  }, [failures, refresh]);
  return { value, failed, refresh };
}
