import { constantTimeEquals } from "@waiter/auth";

/** A token of the platform routes and the name that the security log gives its user. */
export interface PlatformToken {
  readonly name: string;
  readonly token: string;
}

/** Reads PLATFORM_ADMIN_TOKEN's entries, `name:token` or a token alone, which is `platform`. */
export const parsePlatformTokens = (entries: readonly string[]): PlatformToken[] =>
  entries.map((entry) => {
    const [, name = "platform", token = entry] = /^([a-z][a-z0-9-]{0,31}):(.+)$/.exec(entry) ?? [];
    return { name, token };
  });

/** The name of the token that equals `given`, compared in constant time with each. */
export const operatorOf = (
  tokens: readonly PlatformToken[],
  given: string | undefined,
): string | undefined =>
  tokens.filter(({ token }) => given !== undefined && constantTimeEquals(given, token))[0]?.name;
