import { generateKeys, generateVapidKeys, newSecret } from "@waiter/auth";
import { parsed } from "./parse-args.ts";

const options = {
  namespace: { type: "string" },
  name: { type: "string", default: "waiter-keys" },
  subject: { type: "string", default: "mailto:postmaster@example.com" },
} as const;

/**
 * Prints a Kubernetes Secret with new keys, to be applied once and kept: `... keys | kubectl apply
 * -f -`. `--subject` is whom push services may contact (mailto: or https:).
 */
export async function printKeys(args: readonly string[]): Promise<void> {
  const { values } = parsed({ args: [...args], options });
  const { privatePem, publicPem } = generateKeys();
  const vapid = generateVapidKeys();
  const block = (name: string, pem: string): string =>
    `  ${name}: |\n${pem.trim().replaceAll(/^/gm, "    ")}`;
  const manifest = [
    "apiVersion: v1",
    "kind: Secret",
    "metadata:",
    `  name: ${values.name}`,
    ...(values.namespace === undefined ? [] : [`  namespace: ${values.namespace}`]),
    "type: Opaque",
    "stringData:",
    block("JWT_PRIVATE_KEYS", privatePem),
    block("JWT_PUBLIC_KEYS", publicPem),
    `  INTERNAL_TOKEN: ${newSecret()}`,
    `  PLATFORM_ADMIN_TOKEN: ${newSecret()}`,
    `  VAPID_PUBLIC_KEY: ${vapid.publicKey}`,
    `  VAPID_PRIVATE_KEY: ${vapid.privateKey}`,
    `  VAPID_SUBJECT: ${JSON.stringify(values.subject)}`,
  ];
  console.log(manifest.join("\n"));
}
