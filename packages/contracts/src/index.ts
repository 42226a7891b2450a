export * from "./events.ts";
export * from "./http.ts";
export * from "./invalidation.ts";
export * from "./jobs.ts";
export * from "./names.ts";
export * from "./shapes.ts";
export * from "./sockets.ts";
export * from "./tokens.ts";
