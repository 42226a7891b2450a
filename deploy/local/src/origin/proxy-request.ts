import type { Agent, IncomingMessage, ServerResponse } from "node:http";
import type { ProxyServer } from "httpxy";
import type { Backends } from "./backends.ts";
import { sendProblem } from "./send-problem.ts";

const bodiless = new Set(["GET", "HEAD"]);
/** Errors of a connection that never was, or that ended before an answer began. */
const retryable = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ENOTFOUND", "EAI_AGAIN"]);

/**
 * Passes a request to the first backend that takes it; one without a body is given to the next when
 * a connection fails.
 */
export async function proxyRequest(
  proxy: ProxyServer,
  agent: Agent,
  backends: Backends,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for (const target of backends.inTurn()) {
    const code = await attempt(proxy, agent, target, request, response);
    if (code === undefined) return;
    if (code === "ECONNREFUSED") backends.markDown(target);
    if (response.headersSent || response.destroyed) {
      response.destroy(); // the answer broke off half-way: the caller must see that
      return;
    }
    const nothingSent = code === "ECONNREFUSED";
    if (!retryable.has(code) || !bodiless.has(request.method ?? "")) {
      sendProblem(
        response,
        nothingSent ? 503 : 502,
        "The service behind this origin did not answer.",
      );
      return;
    }
  }
  sendProblem(response, 503, "No instance of the service behind this origin answers.");
}

/** The error's code when it failed; undefined when the answer was passed on. */
function attempt(
  proxy: ProxyServer,
  agent: Agent,
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const onClose = (): void => resolve(undefined);
    response.once("close", onClose);
    failures.set(response, (code) => {
      // The whole answer is here: what fails is the body that the backend refused to read.
      if (response.writableEnded) return;
      response.removeListener("close", onClose);
      resolve(code);
    });
    proxy.web(request, response, { target, agent }).catch((error: NodeJS.ErrnoException) => {
      failures.get(response)?.(error.code ?? "UNKNOWN");
    });
  });
}

/** Who waits for the failure of which answer: the proxy tells of errors by one event for all. */
const failures = new WeakMap<object, (code: string) => void>();

/** To be called once per proxy. */
export function listenForFailures(proxy: ProxyServer): void {
  proxy.on("error", (error: NodeJS.ErrnoException, _request, response) => {
    if (response !== undefined) failures.get(response)?.(error.code ?? "UNKNOWN");
  });
}
