/** Folder of the built pages: one document per page, `assets/` with hashed names, workers, icons and the manifest. */
export declare const webRoot: string;

/** Which document of `webRoot` answers which path (Express patterns). `index.html` also answers unknown addresses. */
export declare const pages: readonly { readonly path: string; readonly document: string }[];

/** The documents, each once. */
export declare const documents: readonly string[];
