import "../platform/polyfills.ts";
import { mountPage } from "../shared/mount-page.tsx";
import { SuspendedPage } from "./suspended-page.tsx";

void mountPage(<SuspendedPage />);
