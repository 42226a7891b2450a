export { runNemesis, type NemesisOptions, type NemesisResult } from "./nemesis/run-nemesis.ts";
export { LocalSystem, type LocalFile, type LocalSystemOptions } from "./system/local-system.ts";
