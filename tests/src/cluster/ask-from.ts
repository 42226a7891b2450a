import { request } from "node:http";

interface Asking {
  /** Of this machine: all of 127.0.0.0/8 is, for an ingress that listens there. */
  readonly localAddress: string;
  readonly host: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The status that a client with this address gets. */
export function askFrom(
  url: string,
  { localAddress, host, headers = {} }: Asking,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      { localAddress, headers: { host, ...headers }, agent: false, timeout: 10_000 },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    );
    asked.on("timeout", () => asked.destroy(new Error(`${url} did not answer`)));
    asked.on("error", reject);
    asked.end();
  });
}
