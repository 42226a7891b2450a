import { loadLoadOptions } from "./load/load-options.ts";
import { runLoad } from "./load/run-load.ts";

try {
  const result = await runLoad(loadLoadOptions(process.env), (line) => console.log(line));
  console.log(JSON.stringify(result));
  process.exitCode = result.failedCalls === 0 && result.wrongScreens === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
