import { queryOptions } from '@tanstack/react-query';
import { answered, api } from './client';

/** What a stranger may know: whether there is anybody yet, and how people come in. */
export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: () => answered(api.GET('/v1/setup')),
});
