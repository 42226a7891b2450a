import "../platform/polyfills.ts";
import { registerStaffShell } from "../platform/register-worker.ts";
import { mountPage } from "../shared/mount-page.tsx";
import { ManagePage } from "./manage-page.tsx";

void mountPage(<ManagePage />);
registerStaffShell();
