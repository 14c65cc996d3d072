import { api } from '../api/client';

export type Verb = 'pause' | 'resume' | 'cancel' | 'start-now' | 'unschedule';

/** A verb by one name for each attempt. What decides carries the etag that the person has read; what stops never does. */
export const verbCall = (
  id: string,
  verb: Verb,
  key: string,
  etag?: string,
  body: Record<string, unknown> = {},
  signal?: AbortSignal,
) =>
  api.POST(`/v1/broadcasts/{id}/${verb}`, {
    params: {
      path: { id },
      header: {
        'Idempotency-Key': key,
        ...(etag === undefined ? {} : { 'If-Match': `"${etag}"` }),
      },
    },
    body: body as never,
    ...(signal && { signal }),
  } as never) as Promise<{
    data?: import('../api/broadcasts').Broadcast;
    error?: unknown;
    response: Response;
  }>;
