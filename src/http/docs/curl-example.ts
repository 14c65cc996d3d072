import type { Place } from '../openapi/document.js';

/** A command that does it. The key stays in a variable, out of the shell's history. */
export function curlExample({ path, method, operation }: Place, api: string): string {
  const { parameters = [], requestBody, security } = operation;
  const values = new Map(parameters.map(({ name, example }) => [name, example]));
  const address = path.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    String(values.get(name) ?? whole),
  );
  const body = Object.values(requestBody?.content ?? {})[0]?.example;
  const streams = operation.responses['200']?.content?.['text/event-stream'] !== undefined;
  return [
    `curl -s${streams ? 'N' : ''}${method === 'get' || (method === 'post' && body !== undefined) ? '' : ` -X ${method.toUpperCase()}`} ${api}${address}`,
    ...(security?.length === 0 ? [] : [`-H "Authorization: Bearer $KEY"`]),
    ...(body === undefined
      ? []
      : [
          `-H 'Content-Type: application/json'`,
          `-d '${JSON.stringify(body, null, 2).replaceAll("'", String.raw`'\''`)}'`,
        ]),
  ].join(' \\\n  ');
}
