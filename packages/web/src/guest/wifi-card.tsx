import { useState } from "preact/hooks";
import { Icon } from "../components/icon.tsx";
import * as icons from "../components/icons.ts";
import { useTexts } from "../i18n/use-texts.ts";

/** The restaurant's Wi-Fi for guests; the password can be copied where the browser lets it. */
export function WifiCard({
  name,
  password,
}: {
  readonly name: string;
  readonly password?: string | undefined;
}) {
  const { guest } = useTexts();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(password ?? "");
      setCopied(true);
    } catch {
      // Without the clipboard the password is still there to be read.
    }
  };
  return (
    <section class="wifi" aria-labelledby="wifi">
      <h2 id="wifi">
        <Icon path={icons.wifi} /> {guest.wifi}
      </h2>
      <dl>
        <dt>{guest.wifiName}</dt>
        <dd>
          <bdi>{name}</bdi>
        </dd>
        {password !== undefined && password !== "" && (
          <>
            <dt>{guest.wifiPassword}</dt>
            <dd>
              <bdi>{password}</bdi> {/* A page without HTTPS has no clipboard. */}
              {"clipboard" in navigator && (
                <button type="button" class="button small" onClick={() => void copy()}>
                  {copied ? guest.copied : guest.copy}
                </button>
              )}
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}
