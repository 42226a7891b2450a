import "../platform/polyfills.ts";
import { registerStaffShell } from "../platform/register-worker.ts";
import { mountPage } from "../shared/mount-page.tsx";
import { JoinPage } from "./join-page.tsx";

void mountPage(<JoinPage />);
registerStaffShell();
