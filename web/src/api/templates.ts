import { queryOptions } from '@tanstack/react-query';
import { allPages } from './all-pages';
import { answered, api } from './client';
import type { components } from './schema';

export type Template = components['schemas']['TemplateView'];

const PAGE = 100;

/** All of an account's templates, those too that WeChat has no more. */
export const templatesQuery = (appid: string) =>
  queryOptions({
    queryKey: ['accounts', appid, 'templates'],
    queryFn: () =>
      allPages<Template>((after) =>
        answered(
          api.GET('/v1/accounts/{appid}/templates', {
            params: { path: { appid }, query: { limit: PAGE, ...(after && { after }) } },
          }),
        ),
      ),
  });

export const templateQuery = (appid: string, templateId: string) =>
  queryOptions({
    queryKey: ['accounts', appid, 'templates', templateId],
    queryFn: () =>
      answered(
        api.GET('/v1/accounts/{appid}/templates/{templateId}', {
          params: { path: { appid, templateId } },
        }),
      ),
  });
