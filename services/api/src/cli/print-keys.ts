import { generateKeys, generateVapidKeys, newSecret } from "@waiter/auth";
import { pushSender } from "@waiter/config";
import { parsed } from "./parse-args.ts";
import { UsageError } from "./usage-error.ts";

const options = {
  namespace: { type: "string" },
  name: { type: "string", default: "waiter-keys" },
  subject: { type: "string", default: "mailto:postmaster@example.com" },
} as const;

/** What Kubernetes takes: labels for a namespace, and labels with dots between them for a Secret. */
const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const objectNames = {
  name: new RegExp(`^(?=.{1,253}$)${label}(?:\\.${label})*$`),
  namespace: new RegExp(`^${label}$`),
};

/** Quoted: YAML would read `2024` as a number. */
const text = (name: string, value: string): string => `  ${name}: ${JSON.stringify(value)}`;

/**
 * Prints a Kubernetes Secret with new keys, to be applied once and kept: `... keys | kubectl apply
 * -f -`. `--subject` is whom push services may contact (mailto: or https:).
 */
export async function printKeys(args: readonly string[]): Promise<void> {
  const { values } = parsed({ args: [...args], options });
  for (const name of ["name", "namespace"] as const)
    if (!objectNames[name].test(values[name] ?? "a"))
      throw new UsageError(`--${name} needs lowercase letters, digits and hyphens`);
  const subject = pushSender.VAPID_SUBJECT.safeParse(values.subject);
  if (!subject.success)
    throw new UsageError(`--subject: ${subject.error.issues.map(({ message }) => message).join()}`);
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
