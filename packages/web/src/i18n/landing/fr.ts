import type { LandingMessages } from "./messages.ts";

export const landingFr: LandingMessages = {
  landing: {
    headline: "Un bon service, d’un seul geste.",
    text: "Les clients scannent le code de leur table et appellent. L’équipe le voit aussitôt.",
    staff: "Connexion du personnel",
    guests: "Vous êtes client ? Scannez le code de votre table.",
    lost: "Il n’y a rien à cette adresse.",
    lostHint: "Vérifiez l’adresse, ou scannez à nouveau le code de votre table.",
    suspended: "Ce restaurant ne prend pas d’appels ici pour le moment.",
    suspendedHint: "Faites signe au personnel.",
    suspendedStaff: "Vous travaillez ici ? Demandez à la personne qui gère ce Waiter.",
    find: "Où est la page de votre restaurant ?",
    name: "Le nom court du restaurant",
    nameHint: "Le premier mot de son adresse.",
    go: "Y aller",
    invalid: "Minuscules, chiffres et traits d’union seulement.",
  },
};
