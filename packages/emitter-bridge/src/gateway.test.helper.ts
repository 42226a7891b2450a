import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createShardedAdapter } from "@socket.io/redis-adapter";
import { sharedRedisUrl, startRedisCluster } from "@waiter/testkit";
import { Cluster, Redis } from "ioredis";
import { Server, type Socket as ServerSocket } from "socket.io";
import { io, type Socket } from "socket.io-client";

export type Client = Redis | Cluster;
export interface Topology {
  readonly command: () => Client;
  readonly subscriber: () => Client;
  readonly stop: () => Promise<void>;
}

export const standalone = async (): Promise<Topology> => {
  const connect = () => new Redis(sharedRedisUrl());
  return { command: connect, subscriber: connect, stop: async () => undefined };
};
export const cluster = async (): Promise<Topology> => {
  const servers = await startRedisCluster();
  const connect = (shardedSubscribers: boolean) =>
    new Cluster(
      servers.masters.map(({ port }) => ({ host: "127.0.0.1", port })),
      { shardedSubscribers },
    );
  return {
    command: () => connect(false),
    subscriber: () => connect(true),
    stop: () => servers.stop(),
  };
};

/** A Socket.IO server as a gateway runs it. */
export class Gateway {
  readonly http: HttpServer = createServer();
  readonly io: Server;
  readonly clients: Client[];

  constructor(topology: Topology) {
    const [command, subscriber] = (this.clients = [topology.command(), topology.subscriber()]) as [
      Client,
      Client,
    ];
    this.io = new Server(this.http, {
      adapter: createShardedAdapter(command, subscriber, { subscriptionMode: "dynamic" }),
    });
  }

  async connect(nsp: string, ...rooms: string[]): Promise<[Socket, ServerSocket]> {
    const { port } = this.http.address() as AddressInfo;
    const joined = once(this.io.of(nsp), "connection") as Promise<[ServerSocket]>;
    const client = io(`http://127.0.0.1:${port}${nsp}`, {
      transports: ["websocket"],
      forceNew: true,
    });
    const [socket] = await joined;
    await socket.join(rooms);
    await once(client as never, "connect").catch(() => undefined);
    return [client, socket];
  }

  async close(): Promise<void> {
    await this.io.close();
    for (const client of this.clients) client.disconnect();
  }
}

export const untilReady = async (client: Client): Promise<void> => {
  if (client.status !== "ready") await once(client, "ready");
};
