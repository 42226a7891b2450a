import { useState } from "preact/hooks";
import { useLandingTexts } from "../i18n/landing-texts.ts";

const slugPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/u;

/** Leads to a restaurant's own address by its short name; nothing is looked up. */
export function FindRestaurant() {
  const { landing } = useLandingTexts();
  const [problem, setProblem] = useState("");
  return (
    <form
      class="find"
      onSubmit={(event) => {
        event.preventDefault();
        const value = new FormData(event.currentTarget).get("slug");
        const slug = (typeof value === "string" ? value : "").trim().toLowerCase();
        if (slugPattern.test(slug)) location.assign(`//${slug}.${location.host}/`);
        else setProblem(landing.invalid);
      }}
    >
      <h2>{landing.find}</h2>
      <div class="field">
        <label for="slug">{landing.name}</label>
        <input
          id="slug"
          name="slug"
          autocapitalize="none"
          autocomplete="off"
          spellcheck={false}
          required
          aria-invalid={problem !== ""}
          aria-describedby="slug-hint slug-problem"
        />
        <p id="slug-hint" class="quiet">
          {landing.nameHint}
        </p>
        <p id="slug-problem" class="problem" role="alert">
          {problem}
        </p>
      </div>
      <button type="submit" class="button primary wide">
        {landing.go}
      </button>
    </form>
  );
}
