/**
 * The oldest release whose pages and SDK work with this one: two adjacent releases do. Answers
 * carry it as `Waiter-Oldest-Client`, and a page of an older release reloads when nothing is
 * pending.
 */
export const oldestClient = "0.1.0";
