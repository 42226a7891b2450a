import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKeys, loadKeys, signGuest } from "@waiter/auth";

export interface Centrifugo extends AsyncDisposable {
  readonly pid: number;
  /** Where its WebSocket endpoint listens. */
  readonly url: string;
  /** ES256 connection tokens, each with one of the channels. */
  tokens(count: number, channels: readonly string[]): string[];
  /** Sends a text to a channel's subscribers, by the server's HTTP API. */
  publish(channel: string, data: string): Promise<void>;
}

/** The program: a path, or a name on the PATH. */
const program = process.env.CENTRIFUGO ?? "centrifugo";

/**
 * Centrifugo 6 (`go install github.com/centrifugal/centrifugo/v6@latest`), set up to do the
 * gateway's work: ES256 tokens, the Redis engine, history with recovery, one subscription per
 * connection, by its token.
 *
 * @throws if there is no such program.
 */
export async function startCentrifugo(redisUrl: string): Promise<Centrifugo> {
  const folder = mkdtempSync(join(tmpdir(), "bench-centrifugo-"));
  const { privatePem, publicPem } = generateKeys();
  const port = await freePort();
  const apiKey = randomUUID();
  const config = {
    http_server: { address: "127.0.0.1", port },
    log: { level: "error" },
    http_api: { key: apiKey },
    client: { token: { ecdsa_public_key: publicPem }, allowed_origins: ["*"] },
    engine: { type: "redis", redis: { address: redisUrl } },
    channel: {
      without_namespace: { history_size: 100, history_ttl: "3600s", force_recovery: true },
    },
  };
  const path = join(folder, "config.json");
  writeFileSync(path, JSON.stringify(config));
  const child = spawn(program, ["-c", path], { stdio: ["ignore", "inherit", "inherit"] });
  const over = (): true => true;
  let isMissing = false;
  child.once("error", () => (isMissing = true));
  // Without the program there is an error instead of an exit.
  const ended = once(child, "exit").then(over, over);
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true });
  };
  const origin = `127.0.0.1:${port}`;
  if (!(await answers(`http://${origin}/connection/websocket`, ended))) {
    await stop();
    throw new Error(
      isMissing
        ? `the peer centrifugo was not found as "${program}": install Centrifugo 6 and put it on the PATH, or set CENTRIFUGO to its path`
        : "centrifugo did not start",
    );
  }
  const keys = loadKeys(privatePem);
  return {
    pid: child.pid ?? 0,
    url: `ws://${origin}`,
    tokens: (count, channels) => {
      // Claims that a guest's token has, so that both parse as many bytes.
      return Array.from({ length: count }, (_, index) => {
        const id = randomUUID();
        const session = { tid: id, slug: "demo", sid: id, sub: id, table: id };
        const channel = channels[index % channels.length] ?? id;
        return signGuest(Object.assign(session, { channels: [channel] }), keys, {
          issuer: "http://localhost:3000",
        }).token;
      });
    },
    async publish(channel, data) {
      const { status } = await fetch(`http://${origin}/api/publish`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-api-key": apiKey },
        body: JSON.stringify({ channel, data }),
      });
      if (status !== 200) throw new Error(`centrifugo answered a publication with ${status}`);
    },
    [Symbol.asyncDispose]: stop,
  };
}

/** Whether the server answers anything within 10 s, before it ends. */
async function answers(url: string, ended: Promise<true>): Promise<boolean> {
  let isOver = false;
  void ended.then((over) => (isOver = over));
  for (const end = Date.now() + 10_000; Date.now() < end && !isOver;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer !== undefined) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
