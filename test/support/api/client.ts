import createClient, { type Client } from 'openapi-fetch';
import type { paths } from '../../../web/src/api/schema.js';
import { holdToContract } from './contract.js';

export type ApiClient = Client<paths>;

/** The client that openapi.json makes, as the console uses it; what is answered is held to the document besides. */
export const clientOf = (baseUrl: string, key: string): ApiClient =>
  createClient<paths>({
    baseUrl,
    headers: { authorization: `Bearer ${key}` },
    fetch: async (request: Request) => {
      const answer = await fetch(request);
      const { pathname, search } = new URL(request.url);
      const type = answer.headers.get('content-type');
      if (type?.startsWith('text/event-stream') === true) return answer;
      holdToContract({
        method: request.method,
        path: pathname + search,
        status: answer.status,
        type,
        text: await answer.clone().text(),
      });
      return answer;
    },
  });

/** What was asked for; a refusal fails the test with its words. */
export async function answered<Data>(
  asked: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await asked;
  if (data === undefined)
    throw new Error(`${response.url} answered ${response.status}: ${JSON.stringify(error)}`);
  return data;
}
