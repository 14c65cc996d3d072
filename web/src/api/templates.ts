import { infiniteQueryOptions } from '@tanstack/react-query';
import { answered, api } from './client';
import type { components } from './schema';

export type Template = components['schemas']['TemplateView'];

const PAGE = 50;

/** An account's templates, page by page; WeChat allows 25 of each list. */
export const templatesQuery = (appid: string) =>
  infiniteQueryOptions({
    queryKey: ['accounts', appid, 'templates'],
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/accounts/{appid}/templates', {
          params: {
            path: { appid },
            query: { limit: PAGE, ...(pageParam && { after: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
  });
