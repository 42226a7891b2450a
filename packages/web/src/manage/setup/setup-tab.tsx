import { Icon } from "../../components/icon.tsx";
import * as icons from "../../components/icons.ts";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { Loading } from "../shared/loading.tsx";
import { Part } from "../shared/part.tsx";
import { HouseStep } from "./house-step.tsx";
import { RingStep } from "./ring-step.tsx";
import { setupSteps, type Setup, type SetupStep } from "./use-setup.ts";

const links: Readonly<Partial<Record<SetupStep, string>>> = {
  tables: "#floor",
  codes: "#codes",
  colleague: "#team",
  device: "#team",
  request: "/board",
};

/** The list that fills itself: what is done is ticked, the first thing that is not is open. */
export function SetupTab({ setup }: { readonly setup: Setup }) {
  const { setup: words, office } = useOfficeTexts();
  const { done, settings } = setup;
  if (done === undefined || settings === undefined) return <Loading failed={false} />;
  const next = setupSteps.find((step) => !done.has(step));
  return (
    <Part title={words.title} hint={words.hint}>
      <p role="status">{words.progress(String(done.size), String(setupSteps.length))}</p>
      <ol class="setup" data-testid="setup">
        {setupSteps.map((step) => {
          const isDone = done.has(step);
          const link = links[step];
          return (
            <li
              key={step}
              class={isDone ? "is-done" : step === next ? "is-next" : ""}
              data-step={step}
            >
              <span class="setup-mark">
                {isDone && <Icon path={icons.check} />}
                <span class="spoken">{isDone ? words.done : words.open}</span>
              </span>
              <div class="stack">
                <h3>{words.steps[step].title}</h3>
                {!isDone && <p class="quiet">{words.steps[step].text}</p>}
                {step === "house" && step === next && (
                  <HouseStep settings={settings} onSaved={setup.refresh} />
                )}
                {step === "ring" && !isDone && <RingStep onHeard={setup.onHeard} />}
                {!isDone && link !== undefined && (
                  <a class={`button${step === next ? " primary" : ""}`} href={link}>
                    {words.steps[step].go}
                  </a>
                )}
                {step === "house" && isDone && (
                  <a class="button small" href="#settings">
                    {office.tabs.settings}
                  </a>
                )}
              </div>
            </li>
          );
        })}
      </ol>
    </Part>
  );
}
