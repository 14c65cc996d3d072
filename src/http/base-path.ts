/** The path of `PUBLIC_URL`, as in `/weicast`; empty where it has none. Links on our pages begin with it. */
export const basePathOf = (publicUrl: string | undefined): string =>
  (URL.parse(publicUrl ?? '')?.pathname ?? '').replace(/\/+$/, '');

/** A request's address without that path: a proxy may leave it there, or take it away. */
export const withoutBasePath = (url: string, basePath: string): string =>
  basePath !== '' && url.startsWith(`${basePath}/`) ? url.slice(basePath.length) : url;
