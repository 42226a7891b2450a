/** Texts of /join. */
export const office = {
  join: {
    title: "Rejoindre",
    reading: "Lecture de votre invitation…",
    welcome: (name: string) => `Bienvenue, ${name}`,
    restaurant: (name: string) => `Vous rejoignez ${name} sur cet appareil.`,
    replaces: (name: string) =>
      `La session de ${name} est ouverte sur cet appareil. Si vous rejoignez l’équipe ici, elle se ferme. L’invitation est pour quelqu’un d’autre ? Ouvrez-la sur son téléphone.`,
    device: "Nom de cet appareil (facultatif)",
    password: "Mot de passe (facultatif, au moins 8 caractères)",
    submit: "Rejoindre",
    options: "Nom de l’appareil ou mot de passe (facultatif)",
    install:
      "Pour que les demandes vous réveillent, mettez d’abord cette page sur l’écran d’accueil :",
    installSteps: [
      "Touchez Partager (le carré avec la flèche).",
      "Choisissez « Sur l’écran d’accueil ».",
      "Ouvrez-la de là : la suite est automatique.",
    ],
    useBrowser: "Utiliser dans le navigateur ; ce téléphone ne sonnera pas",
    next: {
      used: "Chaque invitation connecte un appareil, une fois. Si c’était vous, utilisez cet appareil.",
      expired:
        "Une invitation vaut 24 heures. Un propriétaire ou un responsable en fait une nouvelle sous Équipe.",
      replaced: "Seule la dernière invitation vaut. Demandez à qui vous a invité.",
      unknown: "Scannez encore le code, ou ouvrez le lien entier.",
      limited: "Rechargez ensuite cette page.",
    },
    problems: {
      used: "Cette invitation a déjà servi. Demandez-en une nouvelle.",
      expired: "Cette invitation a expiré. Demandez-en une nouvelle.",
      replaced: "Une invitation plus récente remplace celle-ci. Utilisez la plus récente.",
      unknown: "Cette invitation n’est pas valable. Vérifiez le lien ou demandez-en une nouvelle.",
      limited: "Trop d’essais. Attendez une minute.",
      password: "Au moins 8 caractères, s’il vous plaît.",
      network: "Le serveur est injoignable. Nouvel essai…",
    },
  },
};
