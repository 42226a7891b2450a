import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { freePort, waitFor } from "@waiter/testkit";
import { Box, commandsOf, whyNoBox } from "./box.ts";
import { BoxClient } from "./https.ts";

jest.setTimeout(40 * 60_000);

const reason = whyNoBox();
const domain = "waiter.test";
const pizza = `pizza.${domain}`;
const services = ["caddy", "api", "socket-gateway", "worker", "redis", "postgres", "backup"];

/** Commands of the document that a test cannot run: packages, the clone and systemd. */
const ofTheMachine = /^(?:apt-get |git clone |cd |cp one-box\/waiter|systemctl )/;

(reason === undefined ? describe : describe.skip)(
  reason === undefined ? "one box, by docs/one-box.md" : `one box (skipped: ${reason})`,
  () => {
    let box: Box;
    let client: BoxClient;
    let tableToken: string;
    let dump: string;

    beforeAll(async () => {
      box = new Box({ http: await freePort(), https: await freePort() });
      const [makeSecrets = "", up = "", ...rest] = commandsOf("2. Install").filter(
        (command) => !ofTheMachine.test(command),
      );
      if (rest.length > 0) throw new Error(`new commands in docs/one-box.md: ${rest.join("; ")}`);
      await box.run(makeSecrets.replace(/example\.com/, domain));
      box.configure();
      await box.run(up);
      const root = "/data/caddy/pki/authorities/local/root.crt";
      client = new BoxClient(
        box.ports.https,
        await box.run(`docker compose exec -T caddy cat ${root}`),
      );
    });
    afterAll(async () => {
      await box?.[Symbol.asyncDispose]();
    });

    /** A guest's session and one request, retried as the guest's page does. Returns the token. */
    const requestOnce = async (type: string): Promise<string> => {
      let token = "";
      await waitFor(
        async () => {
          const seated = await client.send(pizza, "/api/guest/sessions", {
            method: "POST",
            body: { tableToken },
          });
          token = String(seated.body["accessToken"]);
          const { status } = await client.send(pizza, "/api/guest/requests", {
            method: "POST",
            body: { type },
            token,
          });
          return status === 201 || status === 200 || status === 409;
        },
        120_000,
        "a request that the api saves",
      );
      return token;
    };
    const requestTypes = async (token: string): Promise<string[]> => {
      const { body } = await client.send(pizza, "/api/guest/requests", { token });
      return (body["requests"] as { type: string }[]).map(({ type }) => type).toSorted();
    };

    test("secrets are never made a second time", async () => {
      await expect(box.run("one-box/make-secrets.sh a.example b@a.example")).rejects.toThrow(
        "Nothing was changed",
      );
    });

    test("the document's command creates a tenant, and a request goes through https", async () => {
      const [create = ""] = commandsOf("3. The first restaurant");
      const created = await box.run(create.replace("exec", "exec -T"));
      tableToken = /"token": "([^"]+)"/.exec(created)?.[1] ?? "";
      const page = await client.send(pizza, "/");
      expect([page.status, page.names]).toEqual([200, `DNS:${pizza}`]);
      expect((await client.send(domain, "/api/health")).names).toBe(`DNS:${domain}`);
      expect(await requestTypes(await requestOnce("waiter"))).toEqual(["waiter"]);
      expect(await client.upgrade(pizza)).toBe(101);
    });

    test("a stranger's name gets no certificate, and nothing internal is public", async () => {
      await expect(client.send(`unknown.${domain}`, "/")).rejects.toThrow();
      await expect(client.send("attacker.example", "/")).rejects.toThrow();
      for (const path of ["/internal/tls?domain=waiter.test", "/metrics", "/livez"])
        expect((await client.send(domain, path)).status).toBe(404);
    });

    test.each(services)(
      "docker kill of %s: it runs again, and requests go through",
      async (name) => {
        await box.run(`docker kill "$(docker compose ps --quiet ${name})"`);
        await box.run("one-box/start-stopped.sh");
        await requestOnce("waiter");
        const running = () => box.run("docker compose ps --status running --services");
        await waitFor(async () => (await running()).split("\n").includes(name), 60_000, name);
      },
    );

    test("last night's dump restores an empty box", async () => {
      const now = "docker compose exec backup bash /one-box/backup.sh now";
      expect(commandsOf("Upgrade")[0]).toBe(now);
      await box.run(now.replace("exec", "exec -T"));
      dump = (await box.run("ls one-box/backups/*.dump")).trim();
      expect(await requestTypes(await requestOnce("water"))).toEqual(["waiter", "water"]);
      await box.run("docker compose down --volumes");
      await box.run(`one-box/restore.sh ${dump}`);
      const root = "/data/caddy/pki/authorities/local/root.crt";
      client = new BoxClient(
        box.ports.https,
        await box.run(`docker compose exec -T caddy cat ${root}`),
      );
      expect(await requestTypes(await requestOnce("waiter"))).toEqual(["waiter"]);
    });

    test("the last command of upgrade and rollback starts the same release again", async () => {
      for (const section of ["Upgrade", "Roll back"])
        await box.run(commandsOf(section).at(-1) ?? "");
      await requestOnce("bill");
    });
  },
);
