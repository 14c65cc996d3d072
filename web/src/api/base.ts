/** Where this installation is, with a slash at the end; under a path where a proxy has it so. */
export const base = new URL('./', document.baseURI);
export const basePath = base.pathname.replace(/\/$/, '');
