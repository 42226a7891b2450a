/** Whether a payload contains bytes: the adapter sends such messages as MessagePack, others as JSON. */
export function hasBinary(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return true;
  if (Array.isArray(value)) return value.some(hasBinary);
  if ("toJSON" in value && typeof value.toJSON === "function")
    return hasBinary((value.toJSON as () => unknown)());
  return Object.values(value).some(hasBinary);
}
