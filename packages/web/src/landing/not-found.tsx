import "../platform/polyfills.ts";
import { mountPage } from "../shared/mount-page.tsx";
import { LandingPage } from "./landing-page.tsx";

void mountPage(<LandingPage found={false} />);
