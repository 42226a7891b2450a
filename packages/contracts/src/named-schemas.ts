import { z } from "zod";
import { envelope, head } from "./events.ts";
import {
  eventsAnswer,
  guestRequestsAnswer,
  guestSessionAnswer,
  loginAnswer,
  problem,
} from "./http.ts";
import {
  boardAnswer,
  duty,
  escalationPolicy,
  openingHours,
  secondChannel,
  settings,
  wifi,
  zone,
} from "./restaurant.ts";
import {
  guestRequest,
  request,
  requestState,
  requestType,
  restaurant,
  role,
  staffMember,
  table,
} from "./shapes.ts";
import {
  commandAnswer,
  guestCommandAnswer,
  guestSyncAnswer,
  refreshAnswer,
} from "./socket-answers.ts";
import {
  drainingMessage,
  ticketMessage,
  headMessage,
  presenceMessage,
  refusalCode,
  requestMessage,
  resyncMessage,
  seenMessage,
  statusMessage,
  syncAnswer,
  syncBody,
} from "./sockets.ts";

/** The shapes that clients see, by the names that documents and the SDK's types give them. */
export const namedSchemas = {
  Board: boardAnswer,
  CommandAnswer: commandAnswer,
  DrainingMessage: drainingMessage,
  TicketMessage: ticketMessage,
  Duty: duty,
  Envelope: envelope,
  EscalationPolicy: escalationPolicy,
  EventsAnswer: eventsAnswer,
  GuestCommandAnswer: guestCommandAnswer,
  GuestRequest: guestRequest,
  GuestRequestsAnswer: guestRequestsAnswer,
  GuestSessionAnswer: guestSessionAnswer,
  GuestSyncAnswer: guestSyncAnswer,
  Head: head,
  HeadMessage: headMessage,
  LoginAnswer: loginAnswer,
  OpeningHours: openingHours,
  PresenceMessage: presenceMessage,
  Problem: problem,
  RefreshAnswer: refreshAnswer,
  RefusalCode: refusalCode,
  Request: request,
  RequestMessage: requestMessage,
  RequestState: requestState,
  RequestType: requestType,
  Restaurant: restaurant,
  ResyncMessage: resyncMessage,
  Role: role,
  SecondChannel: secondChannel,
  SeenMessage: seenMessage,
  Settings: settings,
  StaffMember: staffMember,
  StatusMessage: statusMessage,
  SyncAnswer: syncAnswer,
  SyncBody: syncBody,
  Table: table,
  Wifi: wifi,
  Zone: zone,
} as const satisfies Record<string, z.ZodType>;

/** JSON Schema 2020-12 of each named shape; one shape refers to another by `uri(name)`. */
export function jsonSchemas(
  uri: (name: string) => string,
): Record<string, Record<string, unknown>> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(namedSchemas)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { uri, io: "output", unrepresentable: "any" });
  for (const schema of Object.values(schemas)) {
    delete schema.$schema;
    delete schema.$id;
  }
  return schemas;
}
