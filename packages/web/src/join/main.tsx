import "../platform/polyfills.ts";
import { mountPage } from "../shared/mount-page.tsx";
import { JoinPage } from "./join-page.tsx";

void mountPage(<JoinPage />);
