import type { LandingMessages } from "./messages.ts";

export const landingEs: LandingMessages = {
  landing: {
    headline: "Buen servicio, a un toque.",
    text: "Los clientes escanean el código de su mesa y llaman. El personal lo ve al momento.",
    staff: "Acceso del personal",
    guests: "¿Es cliente? Escanee el código de su mesa.",
    lost: "No hay nada en esta dirección.",
    lostHint: "Revise la dirección o escanee otra vez el código de su mesa.",
    suspended: "Este restaurante no recibe llamadas aquí en este momento.",
    suspendedHint: "Haga una seña al personal.",
    suspendedStaff: "¿Trabaja aquí? Pregunte a quien administra este Waiter.",
    find: "¿Dónde está la página de su restaurante?",
    name: "El nombre corto del restaurante",
    nameHint: "La primera palabra de su dirección.",
    go: "Ir",
    invalid: "Solo minúsculas, cifras y guiones.",
  },
};
