/**
 * An e-mail address as limits, queues and logs name an account: the one form of it that the
 * database holds.
 */
export const accountName = (email: string): string => email.trim().toLowerCase();
