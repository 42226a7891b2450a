/** What a page says while its own code and language are not there yet. */
export const bootTexts = {
  en: {
    again: "This page has not loaded yet. Trying again…",
    lost: "This page could not be loaded. Please wave to the staff.",
    old: "This browser is too old for this page. Please wave to the staff.",
    retry: "Try again",
  },
  de: {
    again: "Die Seite ist noch nicht geladen. Neuer Versuch …",
    lost: "Die Seite ließ sich nicht laden. Bitte winken Sie dem Personal.",
    old: "Dieser Browser ist zu alt für diese Seite. Bitte winken Sie dem Personal.",
    retry: "Nochmals versuchen",
  },
  fr: {
    again: "La page n’est pas encore chargée. Nouvel essai…",
    lost: "La page n’a pas pu être chargée. Faites signe au personnel.",
    old: "Ce navigateur est trop ancien pour cette page. Faites signe au personnel.",
    retry: "Réessayer",
  },
  es: {
    again: "La página aún no se ha cargado. Intentando de nuevo…",
    lost: "La página no se pudo cargar. Haga una seña al personal.",
    old: "Este navegador es demasiado antiguo para esta página. Haga una seña al personal.",
    retry: "Intentar de nuevo",
  },
  it: {
    again: "La pagina non è ancora caricata. Nuovo tentativo…",
    lost: "La pagina non si è caricata. Faccia un cenno al personale.",
    old: "Questo browser è troppo vecchio per questa pagina. Faccia un cenno al personale.",
    retry: "Riprova",
  },
  ar: {
    again: "لم تُحمَّل الصفحة بعد. نحاول من جديد…",
    lost: "تعذّر تحميل الصفحة. من فضلك أشر إلى الموظفين.",
    old: "هذا المتصفح قديم جدًا لهذه الصفحة. من فضلك أشر إلى الموظفين.",
    retry: "حاول مرة أخرى",
  },
};
export type BootText = keyof typeof bootTexts.en;
