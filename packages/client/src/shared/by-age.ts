interface Aged {
  readonly id: string;
  readonly createdAt: string;
}
/** Oldest first; equal times order by id, so every screen shows the same order. */
export const byAge = (a: Aged, b: Aged): number =>
  a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id);
