declare module "doiuse" {
  import type { Plugin } from "postcss";

  /** Reports each feature of a style sheet that one of the browsers lacks. */
  export default function doiuse(options: {
    readonly browsers: readonly string[];
    readonly ignore: readonly string[];
    readonly onFeatureUsage: (usage: { readonly feature: string }) => void;
  }): Plugin;
}
