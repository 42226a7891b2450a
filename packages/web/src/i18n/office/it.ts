/** Texts of /join. */
export const office = {
  join: {
    title: "Partecipa",
    reading: "Lettura dell’invito…",
    welcome: (name: string) => `Ciao, ${name}`,
    restaurant: (name: string) => `Entri in ${name} su questo dispositivo.`,
    replaces: (name: string) =>
      `Su questo dispositivo è aperta la sessione di ${name}. Se entri qui, si chiude. L’invito è per qualcun altro? Aprilo sul telefono di quella persona.`,
    device: "Nome di questo dispositivo (facoltativo)",
    password: "Password (facoltativa, almeno 8 caratteri)",
    submit: "Partecipa",
    options: "Nome del dispositivo o password (facoltativo)",
    install: "Perché le richieste ti sveglino, metti prima questa pagina nella schermata Home:",
    installSteps: [
      "Tocca Condividi (il quadrato con la freccia).",
      "Scegli «Aggiungi alla schermata Home».",
      "Aprila da lì: continua da sola.",
    ],
    useBrowser: "Usa nel browser; questo telefono non suonerà",
    next: {
      used: "Ogni invito collega un dispositivo, una volta. Se eri tu, usa quel dispositivo.",
      expired: "Un invito vale 24 ore. Un titolare o un responsabile ne fa uno nuovo in Team.",
      replaced: "Vale solo l’ultimo invito. Chiedi a chi ti ha invitato.",
      unknown: "Inquadra di nuovo il codice, o apri il link intero.",
      limited: "Poi ricarica questa pagina.",
    },
    problems: {
      used: "Questo invito è già stato usato. Chiedine uno nuovo.",
      expired: "Questo invito è scaduto. Chiedine uno nuovo.",
      replaced: "Un invito più recente sostituisce questo. Usa quello più recente.",
      unknown: "Questo invito non è valido. Controlla il link o chiedine uno nuovo.",
      limited: "Troppi tentativi. Aspetta un minuto.",
      password: "Almeno 8 caratteri.",
      network: "Il server non è raggiungibile. Nuovo tentativo…",
    },
  },
};
