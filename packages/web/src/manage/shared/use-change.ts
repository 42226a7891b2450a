import { useState } from "preact/hooks";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { ManageError } from "../../shared/manage-api.ts";
import { useManage } from "./manage-context.ts";
import { explain, type Problem } from "./problems.ts";

export interface Changing {
  readonly busy: boolean;
  readonly problem: Problem | undefined;
  /** Runs a change; true when it was made. What was refused is in `problem`. */
  readonly change: (work: () => Promise<unknown>) => Promise<boolean>;
  readonly clear: () => void;
}

/** Runs one change at a time, and keeps why the last one was refused. */
export function useChange(): Changing {
  const texts = useOfficeTexts();
  const { onEnded } = useManage();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const change = async (work: () => Promise<unknown>): Promise<boolean> => {
    if (busy) return false;
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof ManageError && error.code === "unauthorized") onEnded();
      setProblem(explain(error, texts));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, change, clear: () => setProblem(undefined) };
}
