import { servePush } from "./serve-push.ts";
import { serveShell } from "./serve-shell.ts";
import { shellOf } from "./shell-files.ts";

const pages = /^\/(?:board|login|wall)\/?$/u;
serveShell({ name: "waiter-staff", ...shellOf("staff"), isPage: (path) => pages.test(path) });
servePush();
