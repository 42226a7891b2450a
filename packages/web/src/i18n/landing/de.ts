import type { LandingMessages } from "./messages.ts";

export const landingDe: LandingMessages = {
  landing: {
    headline: "Guter Service, ein Tipp entfernt.",
    text: "Gäste scannen den Code auf dem Tisch und rufen. Das Personal sieht es sofort.",
    staff: "Anmeldung für das Personal",
    guests: "Sind Sie Gast? Scannen Sie den Code auf Ihrem Tisch.",
    lost: "Unter dieser Adresse gibt es nichts.",
    lostHint: "Prüfen Sie die Adresse, oder scannen Sie den Code auf Ihrem Tisch erneut.",
    suspended: "Dieses Restaurant nimmt hier zurzeit keine Rufe an.",
    suspendedHint: "Bitte winken Sie dem Personal.",
    suspendedStaff: "Arbeiten Sie hier? Fragen Sie die Person, die dieses Waiter betreibt.",
    find: "Wo ist die Seite Ihres Restaurants?",
    name: "Kurzname des Restaurants",
    nameHint: "Das erste Wort seiner Adresse.",
    go: "Dorthin",
    invalid: "Nur Kleinbuchstaben, Ziffern und Bindestriche.",
  },
};
