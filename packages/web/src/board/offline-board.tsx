import { labelOf } from "../i18n/type-label.ts";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { formatClock, formatPast } from "../shared/time-span.ts";
import type { KnownBoard } from "./known-board.ts";
import "../styles/marks.css";
import "./board.css";

/** A board that opens without network: what this device last knew and since when; nothing can be tapped. */
export function OfflineBoard({ known }: { readonly known: KnownBoard }) {
  const texts = useStaffTexts();
  const { board, common, code } = texts;
  return (
    <div class="board doubtful">
      <header class="board-head">
        <h1>{board.title}</h1>
        <p class="live offline">{board.state.offline}</p>
      </header>
      <main>
        <h2>{board.all}</h2>
        <ul class="cards">
          {known.requests.map((request) => {
            const type = known.requestTypes.find(({ key }) => key === request.type);
            return (
              <li key={request.id} class="card">
                <h3>
                  <bdi>{common.table(request.table.label)}</bdi>
                </h3>
                <p>
                  <bdi>{type === undefined ? request.type : labelOf(type, texts)}</bdi>
                </p>
                <p class="quiet">{formatClock(request.createdAt, code)}</p>
              </li>
            );
          })}
        </ul>
      </main>
      <div class="notice-bar" role="alert">
        <p class="banner alarm" data-testid="shout">
          {board.knownAt(formatPast(known.at, Date.now(), code))}
        </p>
      </div>
    </div>
  );
}
