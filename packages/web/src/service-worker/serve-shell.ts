import { within } from "../shared/within.ts";
import type { ShellFiles } from "./shell-files.ts";
import type { LifetimeEvent, RequestEvent, WorkerScope } from "./worker-scope.ts";

/**
 * A service worker that keeps one page's shell: its document and hashed assets. Documents come from
 * the network while that answers within 4 s, so no page is stale; without network the kept one
 * opens, and shows what the device knows. Data is never kept here. Where there is a `fallback`,
 * any other page that is opened without network is that one.
 */
export interface Shell extends ShellFiles {
  /** Begins the cache's name; caches of other versions with it are deleted. */
  readonly name: string;
  readonly isPage: (path: string) => boolean;
  /** A page that is shown without network where no other is kept. It holds its own texts. */
  readonly fallback?: ShellFiles;
}

const networkMs = 4_000;
/** Longest wait for the browser's storage, which may be full, broken or silent. */
const storageMs = 2_000;

export function serveShell(shell: Shell): void {
  const scope = globalThis as unknown as WorkerScope;
  const cacheName = `${shell.name}:${shell.version}`;
  const find = async (path: string) => await (await caches.open(cacheName)).match(path);
  const keep = async (path: string, copy: Response) => {
    await (await caches.open(cacheName)).put(path, copy);
  };
  const kept = (path: string) => within(storageMs, find(path)).catch(() => undefined);
  const { fallback } = shell;
  const own = [shell.document, ...shell.assets, ...ownLanguage(shell)];
  const ofFallback = fallback === undefined ? [] : [fallback.document, ...fallback.assets];
  const files = new Set([
    ...shell.assets,
    ...Object.values(shell.languages).flat(),
    ...(fallback?.assets ?? []),
  ]);
  const keptPage = async () =>
    (await kept(shell.document)) ?? (fallback && (await kept(fallback.document)));
  const fileFor = async (event: RequestEvent) => {
    const { pathname } = new URL(event.request.url);
    const known = await kept(pathname);
    if (known !== undefined) return known;
    const response = await fetch(event.request);
    // The page has its file also where it cannot be kept.
    if (response.ok) event.waitUntil(keep(pathname, response.clone()).catch(() => undefined));
    return response;
  };

  scope.addEventListener("install", (event) => {
    const install = async () => {
      const cache = await caches.open(cacheName);
      await cache.addAll([...own, ...ofFallback]);
      await scope.skipWaiting();
    };
    (event as LifetimeEvent).waitUntil(install());
  });

  scope.addEventListener("activate", (event) => {
    const activate = async () => {
      const names = await caches.keys();
      const old = names.filter((name) => name.startsWith(`${shell.name}:`) && name !== cacheName);
      await Promise.all(old.map((name) => caches.delete(name)));
      await scope.clients.claim();
    };
    (event as LifetimeEvent).waitUntil(activate());
  });

  scope.addEventListener("fetch", (event) => {
    const { request } = event as RequestEvent;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== scope.location.origin) return;
    if (request.mode === "navigate" && shell.isPage(url.pathname))
      (event as RequestEvent).respondWith(documentFor(request, keptPage));
    else if (request.mode === "navigate" && fallback !== undefined)
      (event as RequestEvent).respondWith(elseKept(request, () => kept(fallback.document)));
    else if (files.has(url.pathname))
      (event as RequestEvent).respondWith(fileFor(event as RequestEvent));
  });
}

/** The texts in the first of this browser's languages that the page speaks. */
function ownLanguage({ languages }: ShellFiles): readonly string[] {
  const codes = navigator.languages.map((each) => each.slice(0, 2).toLowerCase());
  return languages[codes.find((code) => code in languages) ?? "en"] ?? [];
}

/** What the network answers, however late; the kept page where it has no answer or only a proxy's. */
async function elseKept(
  request: Request,
  kept: () => Promise<Response | undefined>,
): Promise<Response> {
  try {
    const answer = await fetch(request);
    const isAway = answer.status >= 502 && answer.status <= 504;
    return isAway ? ((await kept()) ?? answer) : answer;
  } catch (error) {
    const page = await kept();
    if (page === undefined) throw error;
    return page;
  }
}

/** The network's document within 4 s, else the kept one; where none is kept, the network's later. */
async function documentFor(
  request: Request,
  kept: () => Promise<Response | undefined>,
): Promise<Response> {
  const network = fetch(request);
  const first = await within(networkMs, network).catch(() => undefined);
  if (first !== undefined && first.status < 500) return first;
  return (await kept()) ?? first ?? network;
}
