import type { Order } from "./order.ts";

export interface Line {
  readonly order: Order;
}
