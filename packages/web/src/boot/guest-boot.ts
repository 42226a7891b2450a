/** The guest page's boot script: it also opens the table's session while the code is on its way. */
import "./boot.ts";
import { openEarlySession } from "../guest/early-session.ts";

openEarlySession();
