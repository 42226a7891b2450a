import { servePush } from "./serve-push.ts";
import { serveShell } from "./serve-shell.ts";
import { shellOf } from "./shell-files.ts";

const pages = /^\/(?:board|login|wall)\/?$/u;
const staff = shellOf("staff");
const fallback = shellOf("offline");
serveShell({
  name: "waiter-staff",
  ...staff,
  version: `${staff.version}-${fallback.version}`,
  isPage: (path) => pages.test(path),
  fallback,
});
servePush();
