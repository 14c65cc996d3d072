import type { ResolvedAudience } from '../record/resolved-audience.js';

/** An audience and all that it is put together from, itself first. */
export function partsOf(audience: ResolvedAudience): ResolvedAudience[] {
  const of =
    audience.kind === 'union'
      ? audience.of
      : audience.kind === 'saved' || audience.kind === 'remaining'
        ? [audience.of]
        : [];
  return [audience, ...[...of, ...(audience.exclude ?? [])].flatMap(partsOf)];
}

/** Whether anything of it must be looked up anew before it is sent to. */
export const namesOthers = (audience: ResolvedAudience): boolean =>
  partsOf(audience).some(
    ({ kind }) =>
      kind === 'tags' ||
      kind === 'upload' ||
      kind === 'saved' ||
      kind === 'broadcast' ||
      kind === 'remaining',
  );

/** The same without the openids that stand in it: as it is shown, and written into histories. */
export function withoutOpenids(audience: ResolvedAudience): ResolvedAudience {
  const { exclude } = audience;
  const bare = bareOf(audience);
  return exclude === undefined ? bare : { ...bare, exclude: exclude.map(withoutOpenids) };
}

function bareOf(audience: ResolvedAudience): ResolvedAudience {
  switch (audience.kind) {
    case 'openids': {
      const { openids: _, ...bare } = audience;
      return bare;
    }
    case 'saved':
    case 'remaining':
      return { ...audience, of: withoutOpenids(audience.of) };
    case 'union':
      return { ...audience, of: audience.of.map(withoutOpenids) };
    case 'all':
    case 'granted':
    case 'hasFormId':
    case 'tags':
    case 'upload':
    case 'broadcast':
      return audience;
  }
}
