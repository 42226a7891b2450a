import type { Role, StaffMember } from "@waiter/client";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ShowToast } from "../../components/use-toasts.ts";
import type { EventFollower } from "./event-follower.ts";
import type { ManageApi } from "../../shared/manage-api.ts";

/** What every part of /manage works with. */
export interface Manage {
  readonly api: ManageApi;
  readonly events: EventFollower;
  readonly me: StaffMember;
  readonly role: Role;
  /** A notice that floats above the page. */
  readonly say: ShowToast;
  /** The session is over: the page says so and offers the sign-in. */
  readonly onEnded: () => void;
}

export const ManageContext = createContext<Manage | undefined>(undefined);

/** @throws outside of /manage. */
export function useManage(): Manage {
  const manage = useContext(ManageContext);
  if (manage === undefined) throw new Error("used outside of /manage");
  return manage;
}
