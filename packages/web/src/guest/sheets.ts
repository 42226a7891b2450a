export { NoteSheet } from "./note-sheet.tsx";
export { PaymentSheet } from "./payment-sheet.tsx";
export { RequestSheet } from "./request-sheet.tsx";
