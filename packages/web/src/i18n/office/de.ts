/** Texts of /join. */
export const office = {
  join: {
    title: "Beitreten",
    reading: "Ihre Einladung wird gelesen…",
    welcome: (name: string) => `Willkommen, ${name}`,
    restaurant: (name: string) => `Sie treten ${name} auf diesem Gerät bei.`,
    replaces: (name: string) =>
      `Auf diesem Gerät ist ${name} angemeldet. Treten Sie hier bei, endet das. Ist die Einladung für jemand anderen? Dann öffnen Sie sie auf dessen Telefon.`,
    device: "Name dieses Geräts (freiwillig)",
    password: "Passwort (freiwillig, mindestens 8 Zeichen)",
    submit: "Beitreten",
    options: "Gerätename oder Passwort (freiwillig)",
    install: "Damit Anfragen Sie wecken, legen Sie diese Seite zuerst auf den Home-Bildschirm:",
    installSteps: [
      "Auf „Teilen“ tippen (das Quadrat mit dem Pfeil).",
      "„Zum Home-Bildschirm“ wählen.",
      "Von dort öffnen: Es geht von selbst weiter.",
    ],
    useBrowser: "Im Browser benutzen; dieses Telefon klingelt dann nicht",
    next: {
      used: "Jede Einladung meldet ein Gerät an, einmal. Waren Sie das, nutzen Sie jenes Gerät.",
      expired: "Einladungen gelten 24 Stunden. Inhaber oder Manager machen unter Team eine neue.",
      replaced: "Nur die neueste Einladung gilt. Fragen Sie die Person, die Sie eingeladen hat.",
      unknown: "Scannen Sie den Code noch einmal oder öffnen Sie den ganzen Link.",
      limited: "Laden Sie diese Seite danach noch einmal.",
    },
    problems: {
      used: "Diese Einladung wurde schon benutzt. Bitten Sie um eine neue.",
      expired: "Diese Einladung ist abgelaufen. Bitten Sie um eine neue.",
      replaced: "Eine neuere Einladung hat diese ersetzt. Benutzen Sie die neuere.",
      unknown: "Diese Einladung ist ungültig. Prüfen Sie den Link oder bitten Sie um eine neue.",
      limited: "Zu viele Versuche. Bitte warten Sie eine Minute.",
      password: "Bitte mindestens 8 Zeichen.",
      network: "Der Server ist nicht erreichbar. Neuer Versuch…",
    },
  },
};
