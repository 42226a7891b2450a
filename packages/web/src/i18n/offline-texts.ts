/** What a staff page says when its device opens it without network. */
export const offlineTexts = {
  en: {
    title: "No connection",
    text: "This device cannot reach the restaurant’s server. The page opens by itself as soon as it can.",
    board: "Requests are NOT shown here meanwhile. Please look after your tables.",
    retry: "Try again",
  },
  de: {
    title: "Keine Verbindung",
    text: "Dieses Gerät erreicht den Server des Restaurants nicht. Die Seite öffnet sich von selbst, sobald es geht.",
    board: "Anfragen erscheinen hier so lange NICHT. Bitte sehen Sie nach Ihren Tischen.",
    retry: "Nochmals versuchen",
  },
  fr: {
    title: "Pas de connexion",
    text: "Cet appareil n’atteint pas le serveur du restaurant. La page s’ouvrira d’elle-même dès que possible.",
    board: "D’ici là, les demandes ne s’affichent PAS ici. Passez voir vos tables.",
    retry: "Réessayer",
  },
  es: {
    title: "Sin conexión",
    text: "Este dispositivo no llega al servidor del restaurante. La página se abrirá sola en cuanto pueda.",
    board: "Mientras tanto, las peticiones NO se ven aquí. Pásate por tus mesas.",
    retry: "Intentar de nuevo",
  },
  it: {
    title: "Nessuna connessione",
    text: "Questo dispositivo non raggiunge il server del ristorante. La pagina si aprirà da sola appena possibile.",
    board: "Intanto le richieste NON compaiono qui. Passa a vedere i tuoi tavoli.",
    retry: "Riprova",
  },
  ar: {
    title: "لا يوجد اتصال",
    text: "لا يستطيع هذا الجهاز الوصول إلى خادم المطعم. ستُفتح الصفحة وحدها فور عودة الاتصال.",
    board: "لا تظهر الطلبات هنا في هذه الأثناء. من فضلك تفقّد طاولاتك.",
    retry: "حاول مرة أخرى",
  },
};
