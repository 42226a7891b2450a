/**
 * Preloaded into a service that is going to be killed: Node would write its compile cache at an
 * orderly end only.
 */
import { flushCompileCache } from "node:module";

/** Everything is loaded by then. */
const loadedMs = 5_000;

setTimeout(flushCompileCache, loadedMs).unref();
