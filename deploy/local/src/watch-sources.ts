import { watch } from "node:fs";
import { join } from "node:path";

/** What a change of sources asks for. */
export interface Change {
  readonly web: boolean;
  readonly services: ReadonlySet<"api" | "gateway" | "worker">;
}

const folders = { api: "services/api", gateway: "services/socket-gateway", worker: "services/worker" } as const;
const kinds = Object.keys(folders) as (keyof typeof folders)[];
const webOnly = /^packages\/(web|client)\//;

/** Calls `onChange` once per burst of changes to the sources, until `signal` ends it. */
export function watchSources(root: string, signal: AbortSignal, onChange: (change: Change) => void): void {
  let changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  for (const folder of ["packages", "services"]) {
    watch(join(root, folder), { recursive: true, signal }, (_event, name) => {
      const path = `${folder}/${name ?? ""}`.replaceAll("\\", "/");
      if (!/\/(src|migrations)\//.test(path) || /\/(node_modules|dist)\//.test(path) || path.includes(".test.")) return;
      changed.add(path);
      clearTimeout(timer);
      timer = setTimeout(() => {
        onChange(changeOf([...changed]));
        changed = new Set();
      }, 150);
    }).on("error", () => undefined);
  }
  signal.addEventListener("abort", () => clearTimeout(timer));
}

/** A service's own sources concern that service, a package's concern all, the web app's concern its build. */
export function changeOf(paths: readonly string[]): Change {
  const shared = paths.some((path) => path.startsWith("packages/") && !webOnly.test(path));
  return {
    web: paths.some((path) => webOnly.test(path) || path.startsWith("packages/contracts/")),
    services: new Set(kinds.filter((kind) => shared || paths.some((path) => path.startsWith(`${folders[kind]}/`)))),
  };
}
