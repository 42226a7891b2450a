import type { Language } from "@waiter/contracts";

interface PushTexts {
  /** A label that begins with a digit is a table's number. */
  readonly table: string;
  readonly calls: string;
  readonly waiting: (time: string) => string;
  readonly yours: string;
  readonly taken: (name: string) => string;
  readonly over: string;
  readonly testTitle: string;
  readonly testBody: string;
}

/** What a notification says, in the person's language. */
export const pushTexts: Readonly<Record<Language, PushTexts>> = {
  en: {
    table: "Table",
    calls: "A guest is calling.",
    waiting: (time) => `Waiting for ${time}.`,
    yours: "You are going.",
    taken: (name) => `${name} is going.`,
    over: "No longer needed.",
    testTitle: "This works",
    testBody: "Requests reach this device.",
  },
  de: {
    table: "Tisch",
    calls: "Ein Gast ruft.",
    waiting: (time) => `Wartezeit: ${time}.`,
    yours: "Sie gehen hin.",
    taken: (name) => `${name} geht hin.`,
    over: "Nicht mehr nötig.",
    testTitle: "Es funktioniert",
    testBody: "Anfragen erreichen dieses Gerät.",
  },
  fr: {
    table: "Table",
    calls: "Un client appelle.",
    waiting: (time) => `Attend depuis ${time}.`,
    yours: "Vous y allez.",
    taken: (name) => `${name} y va.`,
    over: "Plus nécessaire.",
    testTitle: "Ça marche",
    testBody: "Les demandes arrivent sur cet appareil.",
  },
  es: {
    table: "Mesa",
    calls: "Un cliente llama.",
    waiting: (time) => `Espera desde hace ${time}.`,
    yours: "Vas tú.",
    taken: (name) => `Va ${name}.`,
    over: "Ya no hace falta.",
    testTitle: "Funciona",
    testBody: "Las peticiones llegan a este dispositivo.",
  },
  it: {
    table: "Tavolo",
    calls: "Un cliente chiama.",
    waiting: (time) => `In attesa da ${time}.`,
    yours: "Vai tu.",
    taken: (name) => `Va ${name}.`,
    over: "Non serve più.",
    testTitle: "Funziona",
    testBody: "Le richieste arrivano su questo dispositivo.",
  },
  ar: {
    table: "طاولة",
    calls: "ضيف ينادي.",
    waiting: (time) => `مدة الانتظار: ${time}.`,
    yours: "أنت ذاهب.",
    taken: (name) => `${name} في الطريق.`,
    over: "لم يعد مطلوبًا.",
    testTitle: "يعمل",
    testBody: "تصل الطلبات إلى هذا الجهاز.",
  },
};
