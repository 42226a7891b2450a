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

/** A date field takes years of six digits otherwise. */
export const lastDay = "9999-12-30";

/** The query of GET /api/requests; a day that is none of the calendar's is left out. */
export function queryOf({ from, to, ...rest }: Search): string {
  const query = new URLSearchParams({ limit: "25" });
  const start = (day: string, daysLater: number) => {
    const date = new Date(`${day}T00:00`);
    date.setDate(date.getDate() + daysLater);
    return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
  };
  const [first, end] = [start(from, 0), start(to, 1)];
  if (first !== undefined) query.set("from", first);
  if (end !== undefined) query.set("to", end);
  for (const [name, value] of Object.entries(rest)) if (value !== "") query.set(name, value);
  return query.toString();
}
