import { useEffect, useState } from "preact/hooks";
import { Sheet } from "../components/sheet.tsx";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import type { BoardDevicesProps } from "./board-devices.tsx";
import type * as boardDevices from "./board-devices.tsx";

const retryMs = 1_000;

/** "My devices" on a board or a wall. Its code comes when it is opened: the first load does without. */
export function DevicesSheet({
  onClose,
  ...props
}: BoardDevicesProps & { readonly onClose: () => void }) {
  const { devices, common } = useStaffTexts();
  const [code, setCode] = useState<typeof boardDevices>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const load = () => {
      import("./board-devices.tsx").then(
        (loaded) => !isOver && setCode(loaded),
        () => {
          if (!isOver) timer = setTimeout(load, retryMs);
        },
      );
    };
    load();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, []);
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
