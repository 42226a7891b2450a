import { useEffect, useState } from "preact/hooks";
import { Icon } from "../components/icon.tsx";
import * as icons from "../components/icons.ts";
import { LanguageMenu } from "../components/language-menu.tsx";
import { Note } from "../components/note.tsx";
import { Sheet } from "../components/sheet.tsx";
import { TimeBar } from "../components/time-bar.tsx";
import { Toasts } from "../components/toasts.tsx";
import { useToasts } from "../components/use-toasts.ts";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { SampleOffice } from "./office-samples.tsx";
import { SampleCards, SampleTiles } from "./samples.tsx";
import "./style-guide.css";

const colours = [
  "ground",
  "surface",
  "sunken",
  "line",
  "edge",
  "ink",
  "ink-2",
  "accent",
  "accent-soft",
  "accent-ink",
  "warn",
  "warn-soft",
  "warn-ink",
  "alarm",
  "alarm-soft",
  "alarm-ink",
];
const sizes = ["text-s", "text-m", "text-l", "text-xl", "text-2xl", "text-3xl"];
const spaces = ["space-1", "space-2", "space-3", "space-4", "space-5"];

/** The visual language on one page: tokens, and every component in its states. For those who build pages. */
export function StyleGuide() {
  const { guide, sound, board, common, guest } = useStaffTexts();
  const { toasts, show, drop } = useToasts();
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    document.title = `${guide.title} · ${common.product}`;
  }, [guide, common]);
  return (
    <div class="guide">
      <header class="guide-head">
        <h1>{guide.title}</h1>
        <LanguageMenu />
      </header>
      <main>
        <section aria-labelledby="colours">
          <h2 id="colours">{guide.colours}</h2>
          <ul class="swatches">
            {colours.map((name) => (
              <li key={name}>
                <span class="swatch" style={{ background: `var(--${name})` }} />
                <code dir="ltr">{name}</code>
              </li>
            ))}
          </ul>
        </section>
        <section aria-labelledby="type">
          <h2 id="type">{guide.type}</h2>
          {sizes.map((name) => (
            <p key={name} style={{ fontSize: `var(--${name})` }}>
              {guest.ask} <code dir="ltr">{name}</code>
            </p>
          ))}
        </section>
        <section aria-labelledby="space">
          <h2 id="space">{guide.space}</h2>
          {spaces.map((name) => (
            <p key={name} class="space-row">
              <span style={{ width: `var(--${name})` }} /> <code dir="ltr">{name}</code>
            </p>
          ))}
        </section>
        <section aria-labelledby="motion">
          <h2 id="motion">{guide.motion}</h2>
          <p>{guide.motionText}</p>
          <p>{guide.touchText}</p>
        </section>
        <section aria-labelledby="controls">
          <h2 id="controls">{guide.controls}</h2>
          <div class="guide-row">
            <button type="button" class="button primary">
              {board.claim}
            </button>
            <button type="button" class="button">
              {board.complete}
            </button>
            <button type="button" class="button quiet">
              {common.back}
            </button>
            <button type="button" class="button" disabled>
              {board.pendingHere}
            </button>
            <button type="button" class="button" onClick={() => setOpen(true)}>
              {guide.openSheet}
            </button>
            <button
              type="button"
              class="button"
              onClick={() =>
                show(board.nothing, { actions: [{ label: common.undo, run: () => undefined }] })
              }
            >
              {guide.showToast}
            </button>
          </div>
          <div class="chips">
            <button type="button" class="chip" aria-pressed="true">
              {board.all}
            </button>
            <button type="button" class="chip" aria-pressed="false">
              {board.mine}
            </button>
          </div>
          <div class="field">
            <label for="sample">{guest.noteLabel}</label>
            <textarea id="sample" dir="auto" rows={2} />
          </div>
          <p class="tags">
            <span class="tag">{board.pay.card}</span>
            <span class="tag good">{board.you}</span>
            <span class="tag alarm">{board.late}</span>
          </p>
          <TimeBar part={0.3} level={0} />
          <TimeBar part={0.7} level={1} />
          <TimeBar part={1} level={2} />
          <p class="banner">{guest.slow}</p>
          <p class="banner warn">{guest.nobody}</p>
          <p class="banner alarm">{sound.silent}</p>
          <Note text={guest.detail.unsent.repeat(6)} />
        </section>
        <section aria-labelledby="icons">
          <h2 id="icons">{guide.icons}</h2>
          <ul class="guide-row">
            {Object.entries(icons).map(([name, path]) => (
              <li key={name} class="icon-sample">
                <Icon path={path} /> <code dir="ltr">{name}</code>
              </li>
            ))}
          </ul>
        </section>
        <SampleTiles />
        <SampleCards />
        <SampleOffice />
      </main>
      <Toasts toasts={toasts} onDrop={drop} />
      {isOpen && (
        <Sheet title={guest.payHow} icon="🧾" onClose={() => setOpen(false)}>
          <p>{guest.payHint}</p>
          <button type="button" class="button wide" onClick={() => setOpen(false)}>
            {common.back}
          </button>
        </Sheet>
      )}
    </div>
  );
}
