/** Whether the api refuses everything of this restaurant: the document of any page says so. */
export const isSuspended = (error: unknown): boolean =>
  error instanceof Error && (error as { readonly code?: unknown }).code === "tenant_suspended";
