import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";

/** Stands between a client and Postgres; see {@link losingAnswers}. */
export interface Middleman extends AsyncDisposable {
  /** The URL that it was given, with its own address. */
  readonly url: string;
  /**
   * The next COMMIT reaches Postgres; its answer does not come back, because the connection is cut
   * instead.
   */
  loseNextCommit(): void;
}

/**
 * Stands between a client and Postgres, and can hang up at the moment when the client cannot know
 * whether it is committed.
 */
export async function losingAnswers(databaseUrl: string): Promise<Middleman> {
  const target = new URL(databaseUrl);
  let armed = false;
  const server = createServer((client) => {
    const postgres = connect(Number(target.port), target.hostname);
    let losing = false;
    client.on("data", (data) => {
      if (armed && data.includes("COMMIT")) {
        armed = false;
        losing = true;
      }
      postgres.write(data);
    });
    postgres.on("data", (data) => (losing ? client.destroy() : client.write(data)));
    for (const [one, other] of [
      [client, postgres],
      [postgres, client],
    ] as const) {
      one.on("error", () => undefined);
      one.on("close", () => other.destroy());
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = Object.assign(new URL(target), {
    hostname: "127.0.0.1",
    port: String((server.address() as AddressInfo).port),
  });
  return {
    url: url.href,
    loseNextCommit: () => {
      armed = true;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, "close");
    },
  };
}
