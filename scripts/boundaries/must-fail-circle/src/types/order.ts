import type { Line } from "./line.ts";

export interface Order {
  readonly lines: readonly Line[];
}
