/** The customer's address with WeChat's query behind its own, not a byte of either encoded anew. */
export function forwardTarget(forwardUrl: string, query: string): string {
  const [address = ''] = forwardUrl.split('#');
  if (query === '') return address;
  return `${address}${address.includes('?') ? '&' : '?'}${query}`;
}
