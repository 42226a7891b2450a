/** Texts of /join. */
export const office = {
  join: {
    title: "Unirse",
    reading: "Leyendo tu invitación…",
    welcome: (name: string) => `Hola, ${name}`,
    restaurant: (name: string) => `Te unes a ${name} en este dispositivo.`,
    replaces: (name: string) =>
      `La sesión de ${name} está abierta en este dispositivo. Si te unes aquí, se cierra. ¿La invitación es para otra persona? Ábrela en el teléfono de esa persona.`,
    device: "Nombre de este dispositivo (opcional)",
    password: "Contraseña (opcional, al menos 8 caracteres)",
    submit: "Unirse",
    options: "Nombre del dispositivo o contraseña (opcional)",
    install:
      "Para que las peticiones te despierten, pon antes esta página en la pantalla de inicio:",
    installSteps: [
      "Toca Compartir (el cuadrado con la flecha).",
      "Elige «Añadir a pantalla de inicio».",
      "Ábrela desde ahí: sigue sola.",
    ],
    useBrowser: "Usar en el navegador; este teléfono no sonará",
    next: {
      used: "Cada invitación da entrada a un dispositivo, una vez. Si fuiste tú, usa ese dispositivo.",
      expired: "Una invitación vale 24 horas. Un propietario o encargado hace otra en Equipo.",
      replaced: "Solo vale la última invitación. Pregunta a quien te invitó.",
      unknown: "Escanea otra vez el código, o abre el enlace completo.",
      limited: "Después, carga esta página otra vez.",
    },
    problems: {
      used: "Esta invitación ya se usó. Pide una nueva.",
      expired: "Esta invitación ha caducado. Pide una nueva.",
      replaced: "Una invitación más reciente sustituye a esta. Usa la más reciente.",
      unknown: "Esta invitación no es válida. Revisa el enlace o pide una nueva.",
      limited: "Demasiados intentos. Espera un minuto.",
      password: "Al menos 8 caracteres.",
      network: "No se puede conectar con el servidor. Reintentando…",
    },
  },
};
