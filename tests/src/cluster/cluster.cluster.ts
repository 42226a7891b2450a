/**
 * Against the current kube context, in a throw-away namespace: `pnpm test:cluster`. The images of
 * WAITER_TAG (0.2.0) must be in the cluster, and those of WAITER_NEXT_TAG, where it is given, for
 * the roll-out. Tests run in order, each on what the one before left.
 */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Cluster, until } from "./kube.ts";
import { components, image, nextTag, Release, sockets } from "./release.ts";

const drainSeconds = 30;
const cluster = new Cluster(`waiter-test-${process.pid}`);
const release = new Release(cluster, `socketGateway.drainSeconds=${drainSeconds}`);

(Cluster.isGiven() ? describe : describe.skip)("on a cluster", () => {
  beforeAll(() => cluster.open());
  afterAll(() => cluster.close());

  test("an install from nothing waits until every pod is ready", () => {
    release.upgrade();
    for (const component of components) expect(cluster.pods(component)).toHaveLength(2);
  });

  test("helm test follows one call to a staff socket", () => {
    expect(cluster.helm("test", "w", "--logs")).toContain("the call reached the staff socket");
  });

  test("no image has a package manager or a program that changes its user", () => {
    const search = "find / -xdev -type f '(' -perm /6000 -o -name npm ')' 2>/dev/null; true";
    for (const component of components)
      expect(
        cluster.kubectl("exec", `deploy/w-waiter-${component}`, "--", "sh", "-c", search),
      ).toBe("");
  });

  test("a pod that the policies name comes through, another does not, and neither reaches the ops port", async () => {
    const env = { ...release.target(), TIMEOUT_MS: "5000" };
    cluster.start("allowed", cluster.front, "main", image, env);
    cluster.start("stranger", cluster.other, "main", image, env);
    cluster.start("curious", cluster.front, "main", image, {
      ...env,
      OPS_URLS: `http://w-waiter-api.${cluster.namespace}:9090`,
    });
    expect(await cluster.ended("allowed", cluster.front, 60_000)).toMatchObject({
      succeeded: true,
    });
    expect(await cluster.ended("stranger", cluster.other, 60_000)).toMatchObject({
      succeeded: false,
    });
    expect(await cluster.ended("curious", cluster.front, 60_000)).toMatchObject({
      succeeded: false,
    });
  });

  test("a change for the api restarts no gateway and no worker; a rollback neither", () => {
    const before = [cluster.pods("socket-gateway"), cluster.pods("worker")];
    const api = cluster.pods("api");
    release.upgrade("api.rolloutToken=changed");
    expect([cluster.pods("socket-gateway"), cluster.pods("worker")]).toEqual(before);
    expect(cluster.pods("api")).not.toEqual(api);
    cluster.helm("rollback", "w", "--wait", "--timeout", "5m");
    expect([cluster.pods("socket-gateway"), cluster.pods("worker")]).toEqual(before);
  });

  test("a roll-out of all services loses no call and no event, and spreads the reconnects", async () => {
    const seconds = 4 * drainSeconds + 60;
    const result = await release.underLoad(
      "roll-out",
      seconds,
      () => void release.upgrade(`image.tag=${nextTag}`, "rolloutToken=roll-out"),
    );
    expect(result).toMatchObject({ failedCalls: 0, wrongScreens: 0 });
    // A pod that stops answers what it has: what is left are moments in which a small cluster has
    // no processor to spare.
    expect(result.askedAgain).toBeLessThanOrEqual(result.calls / 50);
    // With few sockets chance alone puts several into one second.
    expect(result.peakReconnectsPerSecond).toBeLessThanOrEqual(
      Math.max(10, (2 * sockets) / drainSeconds),
    );
  });

  test("killed pods of each kind, and Redis, lose no event", async () => {
    const result = await release.underLoad("killed", 120, async () => {
      for (const component of ["socket-gateway", "api", "worker", "dev-redis"]) {
        cluster.kubectl(
          "delete",
          "pod",
          cluster.pods(component)[0] ?? "",
          "--force",
          "--grace-period=0",
        );
        await until(
          `${component} to be ready again`,
          120_000,
          () =>
            !cluster
              .kubectl(
                "get",
                "pods",
                "--selector",
                `app.kubernetes.io/component=${component}`,
                "--no-headers",
              )
              .includes("0/1"),
        );
      }
    });
    expect(result).toMatchObject({ failedCalls: 0, wrongScreens: 0 });
  });
});
