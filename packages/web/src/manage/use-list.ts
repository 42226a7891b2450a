import { useCallback, useEffect, useState } from "preact/hooks";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { ManageError } from "./manage-api.ts";

/** Something that is read from the api and read again after each change; `say` names what was refused. */
export function useList<T>(read: () => Promise<T>) {
  const { manage } = useStaffTexts();
  const [value, setValue] = useState<T>();
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  const say = useCallback(
    (error: unknown) => {
      const code = error instanceof ManageError ? error.code : "network";
      if (code === "unauthorized") return location.assign("/login");
      const known: Readonly<Record<string, string>> = manage.problems;
      setProblem(known[code] ?? manage.problems.network);
    },
    [manage],
  );
  const refresh = useCallback(async () => {
    try {
      setValue(await read());
    } catch (error) {
      say(error);
    }
  }, [read, say]);
  useEffect(() => void refresh(), [refresh]);

  /** Makes a change, then reads again; true when the change was made. */
  const change = async (work: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setProblem("");
    try {
      await work();
      return true;
    } catch (error) {
      say(error);
      return false;
    } finally {
      await refresh();
      setBusy(false);
    }
  };
  return { value, problem, busy, change };
}
