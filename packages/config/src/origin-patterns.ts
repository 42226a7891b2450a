/**
 * What the cors package and Socket.IO take as `origin`: `*` for all, else each origin itself;
 * `https://*.waiter.example` stands for every origin with exactly one label in the star's place, as
 * the tenants of a domain have.
 */
export function originPatterns(origins: readonly string[]): "*" | (string | RegExp)[] {
  if (origins.length === 0 || origins.includes("*")) return "*";
  return origins.map((origin) =>
    origin.includes("//*.")
      ? new RegExp(`^${origin.split("*").map(escape).join("[a-z0-9-]+")}$`)
      : origin,
  );
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
