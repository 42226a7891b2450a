export { runFriday, type FridayOptions, type FridayResult } from "./friday/run-friday.ts";
export { runNemesis, type NemesisOptions, type NemesisResult } from "./nemesis/run-nemesis.ts";
export { LocalSystem } from "./system/local-system.ts";
export { openBrowser } from "./browser/open-browser.ts";
export { watchTransfers, type Transfer } from "./browser/transfers.ts";
