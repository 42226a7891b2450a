import { useEffect, useState } from "preact/hooks";
import { Sheet } from "../components/sheet.tsx";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { loadAgain } from "../platform/load-again.ts";
import type { BoardDevicesProps } from "./board-devices.tsx";
import type * as boardDevices from "./board-devices.tsx";

/** "My devices" on a board or a wall. Its code comes when it is opened: the first load does without. */
export function DevicesSheet({
  onClose,
  ...props
}: BoardDevicesProps & { readonly onClose: () => void }) {
  const { devices, common } = useStaffTexts();
  const [code, setCode] = useState<typeof boardDevices>();
  useEffect(() => loadAgain(() => import("./board-devices.tsx"), setCode), []);
  return (
    <Sheet title={devices.mine} onClose={onClose}>
      {code === undefined ? (
        <p role="status">{common.loading}</p>
      ) : (
        <code.BoardDevices {...props} />
      )}
    </Sheet>
  );
}
