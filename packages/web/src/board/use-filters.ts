import type { Request, Table } from "@waiter/contracts";
import { useState } from "preact/hooks";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { groupOf } from "./arrange-requests.ts";
import type { Filter } from "./board-head.tsx";

export interface Filtering {
  readonly filters: readonly Filter[];
  readonly filter: string;
  readonly choose: (key: string) => void;
  readonly requests: readonly Request[];
}

/** All requests, one's own, or one zone's. */
export function useFilters(
  requests: readonly Request[],
  tables: readonly Table[],
  me: string | undefined,
): Filtering {
  const { board } = useStaffTexts();
  const [chosen, choose] = useState("all");
  const zoneOf = new Map(tables.map(({ id, zone }) => [id, zone]));
  const zones = [...new Set(zoneOf.values())].filter((zone) => zone !== undefined);
  const by = new Map<string, readonly Request[]>([
    ["all", requests],
    ["mine", requests.filter((request) => groupOf(request, me) === "mine")],
    ...(zones.length < 2 ? [] : zones).map(
      (zone) =>
        [`zone:${zone}`, requests.filter(({ table }) => zoneOf.get(table.id) === zone)] as const,
    ),
  ]);
  const filter = by.has(chosen) ? chosen : "all";
  const labelOf = (key: string) =>
    key === "all" ? board.all : key === "mine" ? board.mine : key.slice("zone:".length);
  return {
    filters: [...by].map(([key, list]) => ({ key, label: labelOf(key), count: list.length })),
    filter,
    choose,
    requests: by.get(filter) ?? requests,
  };
}
