export { runNemesis, type NemesisOptions, type NemesisResult } from "./nemesis/run-nemesis.ts";
export { LocalSystem } from "./system/local-system.ts";
