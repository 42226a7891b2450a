import { useEffect, useState } from "preact/hooks";

interface Changing {
  on(name: "change" | "state", listener: () => void): () => void;
}

/** Renders again whenever the client's rows or its connection change. */
export function useChanges(client: Changing): void {
  const [, setCount] = useState(0);
  useEffect(() => {
    const changed = () => setCount((count) => count + 1);
    const ends = [client.on("change", changed), client.on("state", changed)];
    changed();
    return () => ends.forEach((end) => end());
  }, [client]);
}
