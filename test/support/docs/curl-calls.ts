/** A call of our API that a page tells to make. */
export interface CurlCall {
  readonly method: string;
  readonly path: string;
  /** Members of an object literal. */
  readonly query: string;
  /** JSON; undefined where the call has no body. */
  readonly body: string | undefined;
}

/** The calls of `/v1` in the blocks of commands of a page; variables of the shell stand for text of any kind. */
export function curlCallsOf(page: string): CurlCall[] {
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  return blocks.flatMap((block) =>
    block
      .split(/(?=\bcurl )/)
      .filter((command) => command.startsWith('curl '))
      .flatMap(callIn),
  );
}

function callIn(command: string): CurlCall[] {
  const [, given] = /-d '((?:[^']|'"?\$\w+"?')*)'/.exec(command) ?? [];
  // In double quotes of the shell is a whole value, as a rule an object.
  const body = given?.replaceAll(/'"\$\w+"'/g, '{}').replaceAll(/'\$(\w+)'/g, '$1');
  const [, address] = /\$API(\/v1\/[^\s"]*)/.exec(command) ?? [];
  if (address === undefined) return [];
  const [, named] = /-X (\w+)/.exec(command) ?? [];
  const [path = '', search = ''] = address.replaceAll('$', '').split('?');
  const query = [...new URLSearchParams(search)]
    .map(([name, value]) => `${name}: ${/^\d+$/.test(value) ? value : JSON.stringify(value)}`)
    .join(', ');
  const method = (named ?? (body === undefined ? 'GET' : 'POST')).toLowerCase();
  return [{ method, path, query, body }];
}
