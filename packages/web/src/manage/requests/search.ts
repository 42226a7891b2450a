/** What is looked for; empty texts look for everything. */
export interface Search {
  /** Days of this device, as "2026-11-26"; both are included. */
  readonly from: string;
  readonly to: string;
  /** Ids, keys and states. */
  readonly table: string;
  readonly type: string;
  readonly state: string;
  readonly staff: string;
}
export const emptySearch: Search = {
  from: "",
  to: "",
  table: "",
  type: "",
  state: "",
  staff: "",
};

/** The query of GET /api/requests. */
export function queryOf({ from, to, ...rest }: Search): string {
  const query = new URLSearchParams({ limit: "25" });
  const start = (day: string, daysLater: number) => {
    const date = new Date(`${day}T00:00`);
    date.setDate(date.getDate() + daysLater);
    return date.toISOString();
  };
  if (from !== "") query.set("from", start(from, 0));
  if (to !== "") query.set("to", start(to, 1));
  for (const [name, value] of Object.entries(rest)) if (value !== "") query.set(name, value);
  return query.toString();
}
