import { generateKeys, generateVapidKeys, newSecret } from "@waiter/auth";
import { parsed } from "./parse-args.ts";

const options = {
  namespace: { type: "string" },
  name: { type: "string", default: "waiter-keys" },
  subject: { type: "string", default: "mailto:postmaster@example.com" },
} as const;

/** Quoted: YAML would read `2024` as a number. */
const text = (name: string, value: string): string => `  ${name}: ${JSON.stringify(value)}`;

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
    text("name", values.name),
    ...(values.namespace === undefined ? [] : [text("namespace", values.namespace)]),
    "type: Opaque",
    "stringData:",
    block("JWT_PRIVATE_KEYS", privatePem),
    block("JWT_PUBLIC_KEYS", publicPem),
    text("INTERNAL_TOKEN", newSecret()),
    text("PLATFORM_ADMIN_TOKEN", newSecret()),
    text("VAPID_PUBLIC_KEY", vapid.publicKey),
    text("VAPID_PRIVATE_KEY", vapid.privateKey),
    text("VAPID_SUBJECT", values.subject),
  ];
  console.log(manifest.join("\n"));
}
