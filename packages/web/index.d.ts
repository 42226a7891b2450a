/** Folder of the built pages: `index.html` for every page address, `assets/` with hashed names, icons and the manifest. */
export declare const webRoot: string;
