import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface ToastAction {
  readonly label: string;
  /** Its name for a screen reader, where the label alone says too little. */
  readonly name?: string;
  readonly run: () => void;
}
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "calm" | "warn";
  readonly actions: readonly ToastAction[];
}
export type ShowToast = (
  text: string,
  options?: {
    readonly tone?: Toast["tone"];
    readonly actions?: readonly ToastAction[];
    /** 0: until it is answered. */
    readonly ms?: number;
  },
) => number;

const maxToasts = 3;
const usualMs = 5_000;

/** Notices that float above the page and leave by themselves; they never move anything. */
export function useToasts(): {
  readonly toasts: readonly Toast[];
  readonly show: ShowToast;
  readonly drop: (id: number) => void;
} {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());
  const lastId = useRef(0);

  useEffect(() => () => timers.current.forEach((timer) => clearTimeout(timer)), []);
  const drop = useCallback(
    (id: number) => setToasts((known) => known.filter((toast) => toast.id !== id)),
    [],
  );
  const show = useCallback<ShowToast>(
    (text, { tone = "calm", actions = [], ms = usualMs } = {}) => {
      const id = ++lastId.current;
      setToasts((known) => [...known, { id, text, tone, actions }].slice(-maxToasts));
      if (ms === 0) return id;
      const leave = () => {
        // A person is about to press its button: it stays until the focus has left.
        const isUsed = document.activeElement?.closest(`[data-toast="${id}"]`) !== null;
        if (isUsed && document.activeElement !== null) timers.current.add(setTimeout(leave, 1_000));
        else drop(id);
      };
      timers.current.add(setTimeout(leave, ms));
      return id;
    },
    [drop],
  );
  return { toasts, show, drop };
}
