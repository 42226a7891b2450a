import type { LandingMessages } from "./messages.ts";

export const landingIt: LandingMessages = {
  landing: {
    headline: "Un buon servizio, a portata di tocco.",
    text: "I clienti scansionano il codice del tavolo e chiamano. Il personale lo vede subito.",
    staff: "Accesso del personale",
    guests: "È un cliente? Scansioni il codice del tavolo.",
    lost: "A questo indirizzo non c’è nulla.",
    lostHint: "Controlli l’indirizzo o scansioni di nuovo il codice del tavolo.",
    suspended: "Al momento questo ristorante non riceve chiamate qui.",
    suspendedHint: "Faccia un cenno al personale.",
    suspendedStaff: "Lavora qui? Chieda a chi gestisce questo Waiter.",
    find: "Dov’è la pagina del Suo ristorante?",
    name: "Il nome breve del ristorante",
    nameHint: "La prima parola del suo indirizzo.",
    go: "Vai",
    invalid: "Solo minuscole, cifre e trattini.",
  },
};
