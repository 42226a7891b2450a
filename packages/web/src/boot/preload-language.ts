/** Filled in by the build: language -> the files with its texts that this page needs. */
declare const __LANGUAGE_FILES__: Readonly<Record<string, readonly string[]>>;

/** Asks for the texts in the person's language together with the page's code, not after it. */
export function preloadLanguage(): void {
  for (const wanted of [keptLanguage(), ...navigator.languages]) {
    const code = (wanted || "").slice(0, 2).toLowerCase();
    // English is part of the page.
    if (code === "en") return;
    const files = __LANGUAGE_FILES__[code];
    if (files === undefined) continue;
    for (const file of files) {
      const link = document.createElement("link");
      link.rel = "modulepreload";
      link.href = file;
      document.head.appendChild(link);
    }
    return;
  }
}

function keptLanguage(): string | null {
  try {
    return localStorage.getItem("waiter:language");
  } catch {
    return null;
  }
}
