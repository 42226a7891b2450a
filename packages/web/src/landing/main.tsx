import "../platform/polyfills.ts";
import { mountPage } from "../shared/mount-page.tsx";
import { isApexHost } from "./hosts.ts";
import { LandingPage } from "./landing-page.tsx";
import { readRestaurantName } from "./restaurant-name.ts";

// Before the first picture: a heading that grows later would move the button below it.
const name = isApexHost(location.hostname) ? undefined : await readRestaurantName();
void mountPage(<LandingPage found name={name} />);
