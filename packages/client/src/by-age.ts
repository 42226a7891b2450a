interface Aged {
  readonly id: string;
  readonly createdAt: string;
}
/** The oldest first; the id decides between twins, so that every screen shows the same order. */
export const byAge = (a: Aged, b: Aged): number =>
  a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id);
