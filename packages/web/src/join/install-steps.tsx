import { useEffect } from "preact/hooks";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { offerInstall } from "./install.ts";

/** How an iPhone installs the page, which then opens with this invitation; or joins without ringing. */
export function InstallSteps({ onBrowser }: { readonly onBrowser: () => void }) {
  const { join: words } = useStaffTexts();
  useEffect(() => offerInstall(), []);
  return (
    <>
      <p>{words.install}</p>
      <ol class="install-steps">
        {words.installSteps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <button type="button" class="button wide" onClick={onBrowser}>
        {words.useBrowser}
      </button>
    </>
  );
}
