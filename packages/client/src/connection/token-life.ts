/**
 * Milliseconds until a token should be replaced: about four fifths of its life. The life is `exp -
 * iat` of the token, because this device's clock may be wrong; an unreadable token falls back to
 * `expiresAt`.
 */
export function refreshDelay(token: string, expiresAt: string, random: () => number): number {
  const life = lifeOf(token) ?? Date.parse(expiresAt) - Date.now();
  return Math.min(2_000_000_000, Math.max(1_000, life * (0.75 + 0.1 * random())));
}

function lifeOf(token: string): number | undefined {
  try {
    const payload = token.split(".")[1] ?? "";
    const claims = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as {
      iat?: unknown;
      exp?: unknown;
    };
    return typeof claims.exp === "number" && typeof claims.iat === "number"
      ? (claims.exp - claims.iat) * 1_000
      : undefined;
  } catch {
    return undefined;
  }
}
