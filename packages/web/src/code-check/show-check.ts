import { codeCheckTexts } from "../i18n/code-check-texts.ts";
import { isolate } from "../i18n/isolate.ts";
import { sendCheck } from "./send-check.ts";

type Texts = (typeof codeCheckTexts)["en"];

/** Shows above the guest page what a signed-in phone has found out about the code. */
export async function showCheck(tableToken: string): Promise<void> {
  const outcome = await sendCheck(tableToken);
  if (outcome.kind === "signed-out") return;
  const code = document.documentElement.lang as keyof typeof codeCheckTexts;
  const texts: Texts = codeCheckTexts[code] ?? codeCheckTexts.en;
  const bar = document.createElement("aside");
  bar.className = "code-check";
  bar.dataset["testid"] = "code-check";
  bar.setAttribute("role", "status");
  const line = document.createElement("p");
  const dir = code === "ar" ? "rtl" : "ltr";
  line.textContent =
    outcome.kind === "checked"
      ? texts.checked(isolate(nameOf(outcome.label, texts), dir))
      : texts[outcome.kind];
  const back = document.createElement("a");
  back.className = "button small";
  back.href = "/board";
  back.textContent = texts.back;
  bar.append(line, back);
  document.body.prepend(bar);
}

const nameOf = (label: string, { table }: Texts): string =>
  /^\d/u.test(label) ? `${table} ${label}` : label;
