import { Splash } from "../components/splash.tsx";
import { useOfficeTexts } from "../i18n/office-texts.ts";

/** Says that /manage has no connection. The page goes on by itself; `onRetry` tries at once. */
export function Unreachable({ onRetry }: { readonly onRetry: () => void }) {
  const { office, common } = useOfficeTexts();
  return (
    <Splash title={office.offline} text={office.offlineHint} icon="📡">
      <button type="button" class="button primary" onClick={onRetry}>
        {common.retry}
      </button>
      <a class="button" href="/board">
        {office.board}
      </a>
    </Splash>
  );
}
