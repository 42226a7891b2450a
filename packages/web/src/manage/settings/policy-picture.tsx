import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { formatSpan } from "../../shared/time-span.ts";
import { momentsOf, type Policy } from "./policy-draft.ts";

/** Longer pauses are longer on the line, but a long one stays on the screen: rem by seconds. */
const gapOf = (seconds: number): number => Math.min(4, 0.75 + Math.sqrt(Math.max(0, seconds)) / 6);

/** A time line of what happens to a request that waits, as it is edited. */
export function PolicyPicture({
  policy,
  hasChannel,
}: {
  readonly policy: Policy;
  readonly hasChannel: boolean;
}) {
  const texts = useOfficeTexts();
  const { policy: words } = texts;
  const moments = momentsOf(policy);
  return (
    <figure class="time-line" data-testid="policy-picture">
      <figcaption>{words.picture}</figcaption>
      <ol>
        {moments.map(({ atS, to, repeat }, index) => (
          <li
            key={index}
            class={repeat > 0 ? "is-repeat" : ""}
            style={{
              paddingTop: `${index === 0 ? 0 : gapOf(atS - (moments[index - 1]?.atS ?? 0))}rem`,
            }}
          >
            <span class="time-line-at">{atS === 0 ? words.atOnce : formatExact(atS, texts)}</span>
            <span>
              {words.rings(words.audiences[to])}
              {repeat > 0 && <span class="tag">{words.again}</span>}
            </span>
          </li>
        ))}
      </ol>
      <p class="quiet">{hasChannel ? words.thenChannel : words.thenGuest}</p>
      <p class="quiet">
        {policy.doneAfterS === 0
          ? words.neverReturned
          : words.returned(formatSpan(policy.doneAfterS * 1_000, texts))}
      </p>
    </figure>
  );
}

/** A span to the second, as "2 min 30 s". */
function formatExact(seconds: number, { time }: ReturnType<typeof useOfficeTexts>): string {
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  const parts = [
    minutes > 0 ? time.minutes.other.replace("#", String(minutes)) : "",
    rest > 0 ? time.seconds.other.replace("#", String(rest)) : "",
  ];
  return parts.filter((part) => part !== "").join(" ");
}
