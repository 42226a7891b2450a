import { useEffect, useState } from "preact/hooks";

/**
 * True once `condition` has held for `ms`: a move to another gateway takes a moment and does not
 * concern the user.
 */
export function useLasting(condition: boolean, ms: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!condition) {
      setLasting(false);
      return undefined;
    }
    const timer = setTimeout(() => setLasting(true), ms);
    return () => clearTimeout(timer);
  }, [condition, ms]);
  return condition && lasting;
}
