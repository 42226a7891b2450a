import { join, relative } from "node:path";
import { watchFolders } from "./watch-folders.ts";

/** A service as the launcher calls it. */
export type ServiceKind = "api" | "gateway" | "worker";

/** What a change of sources asks for. */
export interface Change {
  readonly web: boolean;
  readonly services: ReadonlySet<ServiceKind>;
}

/** Where the sources of each service lie. */
export const serviceFolders: Readonly<Record<ServiceKind, string>> = {
  api: "services/api",
  gateway: "services/socket-gateway",
  worker: "services/worker",
};
const kinds = Object.keys(serviceFolders) as ServiceKind[];
/** Changes closer together than this count as one. */
const burstMs = 100;
const webOnly = /^packages\/(web|client)\//;

/** Calls `onChange` once per burst of changes to the sources, until `signal` ends it. */
export function watchSources(
  root: string,
  signal: AbortSignal,
  onChange: (change: Change) => void,
): void {
  let changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const skip = (name: string): boolean => name === "node_modules" || name === "dist";
  const onFile = (file: string): void => {
    const path = relative(root, file).replaceAll("\\", "/");
    if (!/\/(src|migrations)\//.test(path) || path.includes(".test.")) return;
    changed.add(path);
    clearTimeout(timer);
    timer = setTimeout(() => {
      onChange(changeOf([...changed]));
      changed = new Set();
    }, burstMs);
  };
  for (const folder of ["packages", "services"])
    watchFolders(join(root, folder), { signal, skip, onChange: onFile });
  signal.addEventListener("abort", () => clearTimeout(timer));
}

/**
 * A service's own sources concern that service, a package's concern all, the web app's concern its
 * build.
 */
export function changeOf(paths: readonly string[]): Change {
  const shared = paths.some((path) => path.startsWith("packages/") && !webOnly.test(path));
  return {
    web: paths.some((path) => webOnly.test(path) || path.startsWith("packages/contracts/")),
    services: new Set(
      kinds.filter(
        (kind) => shared || paths.some((path) => path.startsWith(`${serviceFolders[kind]}/`)),
      ),
    ),
  };
}
