import type { RequestType } from "@waiter/contracts";

/** What guests of a new restaurant can ask for, in the order shown. */
export const defaultRequestTypes: readonly RequestType[] = [
  { key: "waiter", label: "Call waiter", icon: "🙋", asksPayment: false },
  { key: "bill", label: "The bill, please", icon: "🧾", asksPayment: true },
  { key: "order", label: "Ready to order", icon: "📝", asksPayment: false },
  { key: "water", label: "Water", icon: "💧", asksPayment: false },
  { key: "clean", label: "Clear the table", icon: "🧽", asksPayment: false },
];
