export { NoteSheet } from "./note-sheet.tsx";
export { PaymentSheet } from "./payment-sheet.tsx";
export { RecentRequests } from "./recent-requests.tsx";
export { RequestSheet } from "./request-sheet.tsx";
export { StaleQuestions } from "./stale-questions.tsx";
export { undoCancellation } from "./undo-cancellation.ts";
export { UnheardWords } from "./unheard-words.tsx";
