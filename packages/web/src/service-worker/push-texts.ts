/** What a notification says besides what the push brings; by language. */
export interface PushTexts {
  readonly claim: string;
  readonly open: string;
  readonly yours: string;
  readonly taken: (name: string) => string;
  readonly takenBySomebody: string;
  readonly over: string;
  readonly failed: string;
}

const en: PushTexts = {
  claim: "I’ll go",
  open: "Open",
  yours: "You are going.",
  taken: (name) => `${name} is going.`,
  takenBySomebody: "A colleague is going.",
  over: "No longer needed.",
  failed: "NOT taken: no connection. Tap to open the board.",
};
const texts: Readonly<Record<string, PushTexts>> = {
  en,
  de: {
    claim: "Ich gehe",
    open: "Öffnen",
    yours: "Sie gehen hin.",
    taken: (name) => `${name} geht hin.`,
    takenBySomebody: "Ein Kollege geht hin.",
    over: "Nicht mehr nötig.",
    failed: "NICHT übernommen: keine Verbindung. Tippen öffnet die Tafel.",
  },
  fr: {
    claim: "J’y vais",
    open: "Ouvrir",
    yours: "Vous y allez.",
    taken: (name) => `${name} y va.`,
    takenBySomebody: "Un collègue y va.",
    over: "Plus nécessaire.",
    failed: "PAS prise : pas de connexion. Touchez pour ouvrir le tableau.",
  },
  es: {
    claim: "Voy yo",
    open: "Abrir",
    yours: "Vas tú.",
    taken: (name) => `Va ${name}.`,
    takenBySomebody: "Va un compañero.",
    over: "Ya no hace falta.",
    failed: "NO asignada: sin conexión. Toca para abrir el panel.",
  },
  it: {
    claim: "Vado io",
    open: "Apri",
    yours: "Vai tu.",
    taken: (name) => `Va ${name}.`,
    takenBySomebody: "Va un collega.",
    over: "Non serve più.",
    failed: "NON presa: nessuna connessione. Tocca per aprire la lavagna.",
  },
  ar: {
    claim: "أنا ذاهب",
    open: "فتح",
    yours: "أنت ذاهب.",
    taken: (name) => `${name} في الطريق.`,
    takenBySomebody: "زميل في الطريق.",
    over: "لم يعد مطلوبًا.",
    failed: "لم يتم الاستلام: لا يوجد اتصال. المس لفتح اللوحة.",
  },
};

export const pushTextsOf = (language: string): PushTexts => texts[language] ?? en;
