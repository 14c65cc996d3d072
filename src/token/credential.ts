/** What a token is asked for with. */
export type Credential =
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'external'; readonly url: string; readonly bearer: string | undefined };
