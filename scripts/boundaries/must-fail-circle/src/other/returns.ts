export { leads } from "../one/leads.ts";
