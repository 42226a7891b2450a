import type { Request } from "@waiter/client";
import { useEffect, useRef, useState } from "preact/hooks";
import { ManageError, type ManageApi } from "../../shared/manage-api.ts";
import { retryPause } from "../../shared/retry-pause.ts";
import { useManage } from "../shared/manage-context.ts";
import { queryOf, type Search } from "./search.ts";

interface Pages {
  readonly query: string;
  readonly all: readonly Page[];
}
interface Page {
  readonly requests: readonly Request[];
  readonly nextCursor?: string;
}
export interface Found {
  readonly rows: readonly Request[] | undefined;
  /** The search that the rows answer. */
  readonly query: string | undefined;
  readonly busy: boolean;
  readonly failed: boolean;
  /** Reads the next page; undefined on the last one. */
  readonly more: (() => void) | undefined;
}

/** The requests that a search finds, page by page. New requests appear while the first page shows. */
export function useSearch(api: ManageApi, search: Search): Found {
  const { events, onEnded } = useManage();
  const [pages, setPages] = useState<Pages>();
  const [busy, setBusy] = useState(false);
  /** Failed readings since the last answer. */
  const [failures, setFailures] = useState(0);
  const own = useRef(0);
  const query = queryOf(search);

  const read = async (before: readonly Page[]) => {
    const mine = ++own.current;
    const cursor = before[before.length - 1]?.nextCursor;
    const next = cursor === undefined ? "" : `&cursor=${cursor}`;
    setBusy(true);
    try {
      const page = await api.call<Page>("GET", `/api/requests?${query}${next}`);
      if (mine !== own.current) return;
      setPages({ query, all: [...before, page] });
      setFailures(0);
    } catch (error) {
      if (error instanceof ManageError && error.code === "unauthorized") onEnded();
      if (mine === own.current) setFailures((count) => count + 1);
    } finally {
      if (mine === own.current) setBusy(false);
    }
  };
  const latest = useRef({ read, pages });
  latest.current = { read, pages };
  useEffect(() => void latest.current.read([]), [query]);
  const isRead = pages?.query === query;
  const isFollowed = !isRead || pages.all.length < 2;
  useEffect(() => {
    // Where several pages are shown, the next page has its button.
    if (failures === 0 || !isFollowed) return undefined;
    const timer = setTimeout(() => void latest.current.read([]), retryPause(failures));
    return () => clearTimeout(timer);
  }, [failures, isFollowed]);
  useEffect(
    () =>
      events.on((types) => {
        const isFirst = (latest.current.pages?.all.length ?? 0) < 2;
        if (isFirst && types.some((type) => type.startsWith("request.")))
          void latest.current.read([]);
      }),
    [events],
  );
  const last = pages?.all[pages.all.length - 1];
  const failed = failures > 0;
  return {
    // What another search has found is no answer to a failed one.
    rows: failed && !isRead ? undefined : pages?.all.flatMap(({ requests }) => requests),
    query: pages?.query,
    busy,
    failed,
    more: !isRead || last?.nextCursor === undefined ? undefined : () => void read(pages.all),
  };
}
