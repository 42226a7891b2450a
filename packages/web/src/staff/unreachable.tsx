import type { ComponentChildren } from "preact";
import { Splash } from "../components/splash.tsx";
import { useStaffTexts } from "../i18n/staff-texts.ts";

export interface UnreachableProps {
  readonly onRetry: () => void;
  /** What else there is to know or to do. */
  readonly children?: ComponentChildren;
}

/** Says that a staff page has no connection. The page goes on by itself; `onRetry` tries at once. */
export function Unreachable({ onRetry, children }: UnreachableProps) {
  const { login, common } = useStaffTexts();
  return (
    <Splash title={login.offline} text={login.offlineHint} icon="📡">
      {children}
      <button type="button" class="button primary" onClick={onRetry}>
        {common.retry}
      </button>
    </Splash>
  );
}
