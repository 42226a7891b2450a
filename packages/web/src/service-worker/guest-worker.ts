import { serveShell } from "./serve-shell.ts";
import { shellOf } from "./shell-files.ts";

serveShell({ name: "waiter-guest", ...shellOf("guest"), isPage: (path) => path.startsWith("/t/") });
