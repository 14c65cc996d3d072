import { sql } from 'kysely';
import { inRange } from '../../database/openid-range.js';
import { audienceOfAllFollowers } from '../../followers/audience-of-all-followers.js';
import { audienceOfTag, hasTag } from '../../followers/tags/audience-of-tag.js';
import { audienceOfFormIds } from '../../mini-program/form-ids/audience-of-form-ids.js';
import { audienceOfGranted } from '../../mini-program/grants/audience-of-granted.js';
import { audienceOfUpload } from '../../uploads/record/audience-of-upload.js';
import type {
  AudienceOf,
  ResolvedAudience,
  ResolvedOpenids,
  ResolvedTags,
} from '../record/resolved-audience.js';
import { merged, without } from './merged.js';
import { inList, type PageStatement, type Reading, valuesOf } from './page-statement.js';
import { audienceOfRecipients } from './recipients-of-broadcast.js';

/** So many are looked up one by one for each of a page without making it slow. */
const FEW_PROBES = 2;

/** Reads an audience, with its exclusions. */
export function readingOf(
  page: PageStatement,
  of: AudienceOf,
  audience: ResolvedAudience,
): Reading {
  const { exclude = [] } = audience;
  const read = withoutExclusions(page, of, audience);
  return exclude.length === 0
    ? read
    : (range) => without(page, read(range), exclusionsOf(page, of, exclude), range);
}

/** Nobody wants the values of those who get nothing. */
export const exclusionsOf = (
  page: PageStatement,
  of: AudienceOf,
  exclude: readonly ResolvedAudience[],
): Reading[] => exclude.map((each) => readingOf(page, { ...of, columns: [] }, each));

export function withoutExclusions(
  page: PageStatement,
  of: AudienceOf,
  audience: ResolvedAudience,
): Reading {
  const { accountId, templateId, columns = [] } = of;
  switch (audience.kind) {
    case 'all':
      return page.leaf((range) => audienceOfAllFollowers(accountId, range));
    case 'granted':
      return page.leaf((range) => audienceOfGranted(accountId, templateId, range));
    case 'hasFormId':
      return page.leaf((range) => audienceOfFormIds(accountId, range));
    case 'openids':
      return listed(page, of, audience);
    case 'tags':
      return tagged(page, accountId, audience);
    case 'upload':
      return page.leaf((range) => audienceOfUpload(audience, columns, range));
    case 'saved':
      return readingOf(page, of, audience.of);
    case 'broadcast':
      return audienceOfRecipients(page, audience, columns);
    case 'remaining': {
      const rows = { broadcastId: audience.broadcastId, but: 'cancelled' } as const;
      const had = audienceOfRecipients(page, rows, []);
      const asked = readingOf(page, of, audience.of);
      return (range) => without(page, asked(range), [had], range);
    }
    case 'union': {
      const readings = audience.of.map((each) => readingOf(page, of, each));
      return (range) => merged(page, readings, columns, range);
    }
  }
}

function listed(
  page: PageStatement,
  { id, columns = [] }: AudienceOf,
  { openids, listOf }: ResolvedOpenids,
): Reading {
  if (openids !== undefined) return page.leaf((range) => inList(openids, range));
  return page.leaf(
    (range) => sql`
      select openid, ${valuesOf(sql`vars`, columns)} as vars from broadcast_member
      where broadcast_id = ${listOf ?? id}::uuid and ${inRange(range)}`,
  );
}

function tagged(page: PageStatement, accountId: number, { any, all, none }: ResolvedTags): Reading {
  const people = ({ id }: { id: number }) =>
    page.leaf((range) => audienceOfTag(accountId, id, range));
  const [driver, ...others] = all;
  if (driver !== undefined) {
    const has = ({ id }: { id: number }) => hasTag(accountId, id, sql`one.openid`);
    const probes = [
      ...others.map(has),
      ...(any.length === 0 ? [] : [sql`(${sql.join(any.map(has), sql` or `)})`]),
      ...none.map((tag) => sql`not ${has(tag)}`),
    ];
    if (probes.length === 0) return people(driver);
    const isSlow = others.length + any.length + none.length > FEW_PROBES;
    const read = page.filtered(
      (range) => audienceOfTag(accountId, driver.id, range),
      sql.join(probes, sql` and `),
    );
    return (range) => read(isSlow ? { ...range, limit: Math.ceil(range.limit / 2) } : range);
  }
  const [first, ...more] = any;
  const source: Reading =
    first === undefined
      ? page.leaf((range) => audienceOfAllFollowers(accountId, range))
      : more.length === 0
        ? people(first)
        : (range) => merged(page, any.map(people), [], range);
  return (range) => without(page, source(range), none.map(people), range);
}
