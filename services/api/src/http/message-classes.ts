import { IncomingMessage, ServerResponse, type ServerOptions } from "node:http";
import type { Express } from "express";

/**
 * The classes from which a server of this app makes its requests and answers, with Express' own
 * prototypes. Express sets them on each object: V8 changes the hidden class of an object whose
 * prototype changes, and keeps it where the prototype is the same already.
 */
export const messageClasses = (
  app: Express,
): Pick<ServerOptions, "IncomingMessage" | "ServerResponse"> => ({
  IncomingMessage: withPrototype(IncomingMessage, app.request),
  ServerResponse: withPrototype(ServerResponse, app.response),
});

function withPrototype<Base extends NewableFunction>(base: Base, prototype: object): Base {
  function Message(...args: unknown[]): object {
    return Reflect.construct(base, args, Message) as object;
  }
  Message.prototype = prototype;
  return Message as unknown as Base;
}
