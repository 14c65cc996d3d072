import type { ResolvedAudience } from '../record/resolved-audience.js';
import type { AudienceRequest } from './audience-request.js';

/**
 * What was asked for, to be looked up once more: a tag by its id, a saved audience in its newest version. A long list of
 * openids stays where it is; it stands alone, and nothing of it is looked up.
 */
export function requestOf(audience: ResolvedAudience): AudienceRequest {
  const exclude = audience.exclude?.map(requestOf);
  return { ...kindOf(audience), ...(exclude && { exclude }) };
}

function kindOf(audience: ResolvedAudience): AudienceRequest {
  switch (audience.kind) {
    case 'all':
    case 'granted':
    case 'hasFormId':
      return { kind: audience.kind };
    case 'openids':
      return { kind: 'openids', openids: audience.openids ?? [] };
    case 'tags': {
      const { kind, maxAgeMinutes } = audience;
      const ids = (name: 'any' | 'all' | 'none') => audience[name].map(({ id }) => id);
      const tags = { kind, any: ids('any'), all: ids('all'), none: ids('none') };
      return maxAgeMinutes === undefined ? tags : { ...tags, maxAgeMinutes };
    }
    case 'upload':
      return { kind: 'upload', uploadId: audience.uploadId };
    case 'saved':
      return { kind: 'saved', audienceId: audience.audienceId };
    case 'remaining':
      return { kind: 'remaining', broadcastId: audience.broadcastId };
    case 'broadcast': {
      const { exclude: _, ...asked } = audience;
      return asked;
    }
    case 'union':
      return { kind: 'union', of: audience.of.map(requestOf) };
  }
}
