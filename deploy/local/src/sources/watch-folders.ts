import { readdirSync, statSync, watch, type FSWatcher } from "node:fs";
import { join } from "node:path";

export interface WatchFoldersOptions {
  readonly signal: AbortSignal;
  /** Whether a folder of this name is left out, with all that is in it. */
  readonly skip: (name: string) => boolean;
  /**
   * Told the path of a file that was made, written, replaced or removed; several times for one
   * change.
   */
  readonly onChange: (path: string) => void;
}

/**
 * Watches a folder and all below it, until `signal` ends it.
 *
 * Each folder has a watch of its own, because Node's recursive one loses a file that is replaced:
 * by an editor that saves atomically, by Git, by `tar`.
 */
export function watchFolders(top: string, { signal, skip, onChange }: WatchFoldersOptions): void {
  const watchers = new Map<string, FSWatcher>();

  /** `known`: files that it holds already are not reported. */
  const add = (folder: string, known: boolean): void => {
    if (signal.aborted) return;
    watchers.get(folder)?.close();
    const watcher = watch(folder, (_event, name) => {
      if (name === null) return;
      const path = join(folder, name);
      if (!isFolder(path)) onChange(path);
      else if (!skip(name)) add(path, false);
    }).on("error", () => watcher.close());
    watchers.set(folder, watcher);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory() && !skip(entry.name)) add(join(folder, entry.name), known);
      else if (entry.isFile() && !known) onChange(join(folder, entry.name));
    }
  };

  add(top, true);
  const end = (): void => {
    for (const watcher of watchers.values()) watcher.close();
  };
  signal.addEventListener("abort", end, { once: true });
}

const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
