/** What a signed-in phone reads above the guest page when it has scanned a table's code. */
export const codeCheckTexts = {
  en: {
    checked: (table: string) => `${table}, checked`,
    table: "Table",
    wrong: "This code belongs to no table any more. Please print a new one.",
    failed: "The check was not sent. Please scan again.",
    back: "Back to the board",
  },
  de: {
    checked: (table: string) => `${table}, geprüft`,
    table: "Tisch",
    wrong: "Dieser Code gehört zu keinem Tisch mehr. Bitte drucken Sie einen neuen.",
    failed: "Die Prüfung ging nicht hinaus. Bitte scannen Sie noch einmal.",
    back: "Zurück zur Tafel",
  },
  fr: {
    checked: (table: string) => `${table}, vérifiée`,
    table: "Table",
    wrong: "Ce code n’appartient plus à aucune table. Imprimez-en un nouveau.",
    failed: "La vérification n’est pas partie. Scannez encore une fois.",
    back: "Retour au tableau",
  },
  es: {
    checked: (table: string) => `${table}, comprobada`,
    table: "Mesa",
    wrong: "Este código ya no es de ninguna mesa. Imprime uno nuevo.",
    failed: "La comprobación no se pudo enviar. Escanea otra vez.",
    back: "Volver al panel",
  },
  it: {
    checked: (table: string) => `${table}, controllato`,
    table: "Tavolo",
    wrong: "Questo codice non è più di nessun tavolo. Stampane uno nuovo.",
    failed: "Il controllo non è partito. Inquadra di nuovo.",
    back: "Torna alla lavagna",
  },
  ar: {
    checked: (table: string) => `${table}، فُحصت`,
    table: "الطاولة",
    wrong: "لم يعد هذا الرمز لأي طاولة. اطبع رمزًا جديدًا.",
    failed: "تعذّر إرسال الفحص. امسح مرة أخرى.",
    back: "العودة إلى اللوحة",
  },
};
