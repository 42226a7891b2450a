import "../platform/polyfills.ts";
import { mountPage } from "../shared/mount-page.tsx";
import { StyleGuide } from "./style-guide.tsx";

void mountPage(<StyleGuide />);
