export { ends } from "../other/ends.ts";
