import "../platform/polyfills.ts";
import { registerStaffShell } from "../platform/register-worker.ts";
import { mountPage } from "../shared/mount-page.tsx";
import { StaffPage } from "./staff-page.tsx";
import "../styles/confirm.css";
import "../devices/devices.css";

const view = /^\/wall\/?$/u.test(location.pathname) ? "wall" : "board";
void mountPage(<StaffPage view={view} />);
registerStaffShell();
