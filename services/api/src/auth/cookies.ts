import type { Request } from "express";

/** Values of one name that are looked at: a sibling host may plant further ones. */
const maxValues = 4;

/**
 * All values of a cookie, in the order sent. A name may come several times, with other paths or
 * domains.
 */
export function cookiesOf(request: Request, name: string): string[] {
  return (request.get("cookie") ?? "")
    .split(";")
    .flatMap((pair) => {
      const at = pair.indexOf("=");
      const value = pair.slice(at + 1).trim();
      return at !== -1 && pair.slice(0, at).trim() === name && value !== "" ? [value] : [];
    })
    .slice(0, maxValues);
}

/** A cookie that no script reads and no foreign page sends. */
export const setCookie = (
  name: string,
  value: string,
  {
    maxAgeS,
    secure,
    path,
  }: { readonly maxAgeS: number; readonly secure: boolean; readonly path: string },
): string =>
  `${name}=${value}; Max-Age=${maxAgeS}; Path=${path}; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
