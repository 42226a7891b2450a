/** Folder of the built pages: one document per page, `assets/` with hashed names, workers, icons and the manifest. */
export declare const webRoot: string;

/** Which document of `webRoot` answers which paths. */
export declare const pages: readonly { readonly pattern: RegExp; readonly document: string }[];

/** The document for people whose address leads nowhere. */
export declare const notFoundDocument: string;

/** The document of a suspended restaurant. */
export declare const suspendedDocument: string;

/** All documents. */
export declare const documents: readonly string[];
