import type { IncomingMessage } from "node:http";
import Bowser from "bowser";

/** The parser's time grows with the length. */
const longestAgent = 512;
/** A header may claim to be anything: only what looks like a product's name is shown. */
const productName = /^[\p{L}\d][\p{L}\d .+-]{0,29}$/u;

/**
 * A short name of a device from its `User-Agent`, such as `Chrome · Android` or `Safari · iPhone`,
 * for a person who gave none; null where neither browser nor system is known.
 */
export function nameDevice({ headers }: Pick<IncomingMessage, "headers">): string | null {
  const agent = headers["user-agent"]?.slice(0, longestAgent) ?? "";
  if (agent === "") return null;
  const { browser, os, platform } = Bowser.parse(agent);
  const isApple = platform.model === "iPhone" || platform.model === "iPad";
  const known = [browser.name, isApple ? platform.model : os.name].filter(
    (name) => name !== undefined && productName.test(name),
  );
  return known.length === 0 ? null : known.join(" · ");
}
