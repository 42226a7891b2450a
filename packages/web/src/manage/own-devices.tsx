import type { StaffClient } from "@waiter/client";
import { useState } from "preact/hooks";
import { DevicesSheet } from "../devices/devices-sheet.tsx";
import { useManage } from "./shared/manage-context.ts";
import { useManageInvitations } from "./shared/use-manage-invitations.ts";

/** News about the person's invitations, and the sheet with their devices to which it leads. */
export function OwnDevices({ client }: { readonly client: StaffClient }) {
  const { onEnded } = useManage();
  const [isOpen, setOpen] = useState(false);
  useManageInvitations(() => setOpen(true));
  if (!isOpen) return null;
  return <DevicesSheet client={client} onSignOut={onEnded} onClose={() => setOpen(false)} />;
}
