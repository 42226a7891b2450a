import type { Manifest } from "./helm.ts";

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
}
interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}
interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly port: number | string; readonly protocol: string }[];
}

/**
 * Every policy of a rendering of release `w`, two lines each, sorted by name:
 * `api <- peer: ports | peer: ports` and `api -> peer: ports`. Without those of an uninstall.
 */
export function peersOf(manifests: readonly Manifest[]): string[] {
  const policies = manifests
    .filter(
      ({ kind, metadata }) =>
        kind === "NetworkPolicy" && metadata.annotations?.["helm.sh/hook"] !== "post-delete",
    )
    .toSorted((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1));
  return policies.flatMap(({ metadata, spec }) => {
    const name = metadata.name.replace(/^w-waiter-/, "");
    return [
      `${name} <- ${lines(spec.ingress).join(" | ")}`.trimEnd(),
      `${name} -> ${lines(spec.egress).join(" | ")}`.trimEnd(),
    ];
  });
}

const lines = (rules: readonly Rule[] = []): string[] =>
  rules.flatMap(({ from, to, ports = [] }) => {
    const through =
      ports
        .map(({ port, protocol }) => (protocol === "TCP" ? `${port}` : `${port}/${protocol}`))
        .join(" ") || "every port";
    const peers = from ?? to;
    return peers === undefined
      ? [`any: ${through}`]
      : peers.map((peer) => `${nameOf(peer)}: ${through}`);
  });

/** A component of the release by its name alone, any other peer by all of its selectors. */
function nameOf({ podSelector, namespaceSelector, ipBlock }: Peer): string {
  if (ipBlock !== undefined)
    return ipBlock.except === undefined
      ? ipBlock.cidr
      : `${ipBlock.cidr} less ${ipBlock.except.join(" ")}`;
  const {
    "app.kubernetes.io/name": name,
    "app.kubernetes.io/instance": instance,
    "app.kubernetes.io/component": component,
  } = podSelector?.matchLabels ?? {};
  if (
    namespaceSelector === undefined &&
    name === "waiter" &&
    instance === "w" &&
    component !== undefined
  )
    return component;
  return [
    `namespaces ${text(namespaceSelector)}`,
    ...(podSelector === undefined ? [] : [`pods ${text(podSelector)}`]),
  ].join(" ");
}

const text = ({ matchLabels = {} }: Selector = {}): string =>
  Object.entries(matchLabels)
    .map(([name, value]) => `${name.replace("kubernetes.io/metadata.name", "name")}=${value}`)
    .join(" ");
