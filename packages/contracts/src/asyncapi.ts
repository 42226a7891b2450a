import { z } from "zod";
import { jsonSchemas, namedSchemas } from "./named-schemas.ts";
import { socketMessages, type SocketMessage } from "./socket-messages.ts";
import { handshakeAuth } from "./sockets.ts";

type Json = Record<string, unknown>;

const schemaRef = (name: string): string => `#/components/schemas/${name}`;
const names = new Map<z.ZodType, string>(
  Object.entries(namedSchemas).map(([name, schema]) => [schema, name]),
);
const schemaOf = (schema: z.ZodType): Json => {
  const name = names.get(schema);
  if (name !== undefined) return { $ref: schemaRef(name) };
  // The named parts of a shape are inlined here: a message stands for itself.
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: "output", unrepresentable: "any" });
  return json;
};
const identifier = (event: string): string => event.replaceAll(":", "_");

/**
 * The socket protocol as AsyncAPI 3, described from the gateway's side: `send` is what the gateway
 * sends.
 * @param info.origin origin of the restaurants' hosts, as `https://demo.example.com`
 */
export function buildAsyncApi(info: { readonly version: string; readonly origin: string }): Json {
  const { host, protocol } = new URL(info.origin);
  const channels: Json = {};
  const operations: Json = {};
  for (const [name, messages] of Object.entries(socketMessages)) {
    channels[name] = channelOf(name, messages);
    for (const message of messages)
      operations[`${name}.${identifier(message.event)}`] = operationOf(name, message);
  }
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Waiter sockets",
      version: info.version,
      license: { name: "Apache-2.0" },
      description:
        "Socket.IO 4 (Engine.IO 4) over WebSocket at `/socket.io`. A channel is a Socket.IO namespace, a message an event with one argument, a reply an acknowledgement. docs/protocol.md explains the handshake, resuming and limits.",
    },
    defaultContentType: "application/json",
    servers: {
      gateway: {
        host,
        protocol: protocol === "https:" ? "wss" : "ws",
        pathname: "/socket.io",
        description: "The restaurant's own host; it selects the tenant",
        security: [{ $ref: "#/components/securitySchemes/token" }],
      },
    },
    channels,
    operations,
    components: {
      securitySchemes: {
        token: {
          type: "userPassword",
          description: "`auth.token` of the Socket.IO handshake: the access token of a session",
        },
      },
      schemas: { ...jsonSchemas(schemaRef), HandshakeAuth: schemaOf(handshakeAuth) },
    },
  };
}

function channelOf(name: string, messages: readonly SocketMessage[]): Json {
  const entries = messages.flatMap((message): [string, Json][] => {
    const id = identifier(message.event);
    const { event, summary, payload, answer } = message;
    const own: [string, Json] = [id, { name: event, summary, payload: schemaOf(payload) }];
    if (answer === undefined) return [own];
    const reply = { name: event, summary: "The acknowledgement", payload: schemaOf(answer) };
    return [own, [`${id}_answer`, reply]];
  });
  return {
    address: `/${name}`,
    title: `Namespace /${name}`,
    servers: [{ $ref: "#/servers/gateway" }],
    messages: Object.fromEntries(entries),
  };
}

function operationOf(name: string, { event, from, summary, answer }: SocketMessage): Json {
  const channel = { $ref: `#/channels/${name}` };
  const messageRef = (id: string) => [{ $ref: `#/channels/${name}/messages/${id}` }];
  const id = identifier(event);
  return {
    action: from === "gateway" ? "send" : "receive",
    channel,
    summary,
    messages: messageRef(id),
    ...(answer !== undefined && { reply: { channel, messages: messageRef(`${id}_answer`) } }),
  };
}
