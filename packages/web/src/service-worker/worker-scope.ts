/** The parts of a service worker's global scope that the pages' workers use. */
export interface LifetimeEvent extends Event {
  waitUntil(promise: Promise<unknown>): void;
}
export interface RequestEvent extends LifetimeEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
export interface PushEvent extends LifetimeEvent {
  readonly data: { json(): unknown } | null;
}
export interface NotificationEvent extends LifetimeEvent {
  readonly action: string;
  readonly notification: Notification;
}
export interface WindowClient {
  readonly url: string;
  focus(): Promise<unknown>;
  postMessage(message: unknown): void;
}
/** TypeScript's `NotificationOptions` lacks what only notifications of a worker have. */
export interface WorkerNotificationOptions extends NotificationOptions {
  readonly actions?: readonly { readonly action: string; readonly title: string }[];
  readonly renotify?: boolean;
  readonly vibrate?: readonly number[];
}
export interface WorkerScope extends EventTarget {
  skipWaiting(): Promise<void>;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: "window" }): Promise<readonly WindowClient[]>;
    openWindow(url: string): Promise<unknown>;
  };
  readonly location: Location;
  readonly registration: {
    showNotification(title: string, options: WorkerNotificationOptions): Promise<void>;
    getNotifications(filter: { tag: string }): Promise<readonly Notification[]>;
  };
}
