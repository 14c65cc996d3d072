import { both, type Bilingual } from '../../kernel/bilingual.js';
import { DomainError, type FieldFault } from '../../kernel/domain-error.js';
import type { AudienceKind, AudienceRequest } from './audience-request.js';

/** Sources in a union, and exclusions. */
const MOST_PARTS = 10;
/** Unions and exclusions in each other; a saved audience brings its own. */
const DEEPEST = 3;
/** In each of the three lists of an audience of tags. */
const MOST_TAGS = 20;
const MOST_VALUES = 50;
const LONGEST_NAME = 100;
const LONGEST_AGE_MINUTES = 366 * 24 * 60;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The states of deliveries; skipped ones are told apart by their reasons. */
const STATES = [
  'pending',
  'queued',
  'sending',
  'accepted',
  'reviewing',
  'delivered',
  'blocked',
  'failed',
  'refused',
  'unknown',
  'skipped',
];

const MEMBERS: Readonly<Record<AudienceKind, readonly string[]>> = {
  all: [],
  granted: [],
  hasFormId: [],
  openids: ['openids'],
  tags: ['any', 'all', 'none', 'maxAgeMinutes'],
  upload: ['uploadId'],
  saved: ['audienceId'],
  broadcast: ['broadcastId', 'states', 'reasons', 'errcodes'],
  remaining: ['broadcastId'],
  union: ['of'],
};

/** Reads an audience, or refuses it with everything that is wrong, each by its path. */
export function readAudience(given: unknown, path = 'audience'): AudienceRequest {
  const reader = new Reader();
  const audience = reader.audience(given, path, 1);
  const [first] = reader.faults;
  if (first === undefined && audience !== undefined) return audience;
  throw new DomainError('invalid', 'invalid_request', first?.message ?? BAD_KIND, {
    errors: reader.faults,
  });
}

class Reader {
  readonly faults: FieldFault[] = [];

  audience(given: unknown, path: string, depth: number): AudienceRequest | undefined {
    if (depth > DEEPEST) return this.#refuse(path, 'too_deep', TOO_DEEP);
    if (typeof given !== 'object' || given === null || Array.isArray(given))
      return this.#refuse(path, 'not_an_object', OBJECT);
    const { kind, exclude, ...members } = given as Record<string, unknown>;
    if (typeof kind !== 'string' || !Object.hasOwn(MEMBERS, kind))
      return this.#refuse(`${path}.kind`, 'invalid', BAD_KIND);
    const known = MEMBERS[kind as AudienceKind];
    for (const [name, value] of Object.entries(members))
      if (!known.includes(name) && value !== undefined)
        this.#refuse(`${path}.${name}`, 'unknown_field', UNKNOWN);
    const read = this.#kind(kind as AudienceKind, members, path, depth);
    if (read === undefined || exclude === undefined || exclude === null) return read;
    const excluded = this.#parts(exclude, `${path}.exclude`, depth, 0);
    return excluded.length === 0 ? read : { ...read, exclude: excluded };
  }

  #kind(
    kind: AudienceKind,
    given: Record<string, unknown>,
    path: string,
    depth: number,
  ): AudienceRequest | undefined {
    const at = (name: string) => `${path}.${name}`;
    switch (kind) {
      case 'all':
      case 'granted':
      case 'hasFormId':
        return { kind };
      case 'openids': {
        const { openids } = given;
        return Array.isArray(openids)
          ? { kind, openids }
          : this.#refuse(at('openids'), 'not_an_array', LIST);
      }
      case 'tags': {
        const [any, all, none] = (['any', 'all', 'none'] as const).map((name) =>
          this.#tags(given[name], at(name)),
        ) as [(number | string)[], (number | string)[], (number | string)[]];
        if (any.length + all.length + none.length === 0)
          return this.#refuse(path, 'tags_missing', TAGS_MISSING);
        const age = given['maxAgeMinutes'] ?? undefined;
        if (age === undefined) return { kind, any, all, none };
        if (
          typeof age !== 'number' ||
          !Number.isInteger(age) ||
          age < 1 ||
          age > LONGEST_AGE_MINUTES
        )
          return this.#refuse(at('maxAgeMinutes'), 'out_of_range', MINUTES);
        return { kind, any, all, none, maxAgeMinutes: age };
      }
      case 'upload': {
        const uploadId = this.#id(given['uploadId'], at('uploadId'));
        return uploadId === undefined ? undefined : { kind, uploadId };
      }
      case 'saved': {
        const audienceId = this.#id(given['audienceId'], at('audienceId'));
        return audienceId === undefined ? undefined : { kind, audienceId };
      }
      case 'broadcast': {
        const broadcastId = this.#id(given['broadcastId'], at('broadcastId'));
        const states = this.#values(given['states'], at('states'), isState, STATE);
        const reasons = this.#values(given['reasons'], at('reasons'), isReason, REASON);
        const errcodes = this.#values(given['errcodes'], at('errcodes'), isErrcode, ERRCODE);
        if (broadcastId === undefined) return undefined;
        return {
          kind,
          broadcastId,
          ...(states && { states }),
          ...(reasons && { reasons }),
          ...(errcodes && { errcodes }),
        };
      }
      case 'remaining': {
        const broadcastId = this.#id(given['broadcastId'], at('broadcastId'));
        return broadcastId === undefined ? undefined : { kind, broadcastId };
      }
      case 'union':
        return { kind, of: this.#parts(given['of'], at('of'), depth, 1) };
    }
  }

  #parts(given: unknown, path: string, depth: number, least: number): AudienceRequest[] {
    if (!Array.isArray(given) || given.length < least || given.length > MOST_PARTS) {
      this.#refuse(path, 'out_of_range', parts(least));
      return [];
    }
    return given.flatMap((each: unknown, at) => {
      const read = this.audience(each, `${path}[${at}]`, depth + 1);
      return read === undefined ? [] : [read];
    });
  }

  #tags(given: unknown, path: string): (number | string)[] {
    return this.#values(given, path, isTag, TAG, MOST_TAGS) ?? [];
  }

  /** Each once; undefined where the list is left out, null or empty: it asks nothing then. */
  #values<T>(
    given: unknown,
    path: string,
    isOne: (value: unknown) => value is T,
    message: Bilingual,
    most = MOST_VALUES,
  ): T[] | undefined {
    if (given === undefined || given === null) return undefined;
    if (!Array.isArray(given) || given.length > most)
      return this.#refuse(path, 'out_of_range', atMost(most));
    const values = given.filter((value: unknown, at): value is T => {
      if (isOne(value)) return true;
      this.#refuse(`${path}[${at}]`, 'invalid', message);
      return false;
    });
    return values.length === 0 ? undefined : [...new Set(values)];
  }

  #id(given: unknown, path: string): string | undefined {
    if (typeof given === 'string' && UUID.test(given)) return given.toLowerCase();
    return this.#refuse(path, 'invalid', ID);
  }

  #refuse(path: string, code: string, message: Bilingual): undefined {
    if (this.faults.length < 20) this.faults.push({ path, code, message });
    return undefined;
  }
}

const isState = (value: unknown): value is string => STATES.includes(value as string);
const isReason = (value: unknown): value is string =>
  typeof value === 'string' && /^[a-z_]{1,40}(?::[\w@.]{1,60})?$/.test(value);
const isErrcode = (value: unknown): value is number =>
  Number.isInteger(value) && Math.abs(value as number) <= 2_147_483_647;
const isTag = (value: unknown): value is number | string =>
  typeof value === 'string'
    ? value.trim() !== '' && value.length <= LONGEST_NAME
    : Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 2_147_483_647;

const kinds = Object.keys(MEMBERS);
const BAD_KIND = both(
  `受众类型是 ${kinds.map((kind) => `"${kind}"`).join('、')} 之一。`,
  `an audience is of one of the kinds ${kinds.map((kind) => `"${kind}"`).join(', ')}`,
  { kinds: kinds.join(', ') },
);
const OBJECT = both('受众是一个对象。', 'an audience is an object');
const UNKNOWN = both('这种受众没有这一项。', 'this kind of audience has no such member');
const LIST = both('请给出 openid 列表。', 'give a list of openids');
const ID = both('请给出 UUID。', 'give a UUID');
const TOO_DEEP = both(
  `合并与排除最多嵌套 ${DEEPEST - 1} 层：请减少嵌套。`,
  `unions and exclusions stand in each other at most ${DEEPEST - 1} deep: put fewer of them into each other`,
  { most: DEEPEST - 1 },
);
const TAGS_MISSING = both(
  '请在 any、all、none 中至少给出一个标签。',
  'name at least one tag in any, all or none',
);
const MINUTES = both(
  `maxAgeMinutes 为 1 至 ${LONGEST_AGE_MINUTES} 的整数。`,
  `maxAgeMinutes is a whole number from 1 to ${LONGEST_AGE_MINUTES}`,
  { most: LONGEST_AGE_MINUTES },
);
const TAG = both('标签用编号或名称表示。', 'a tag is named by its id or its name');
const STATE = both(`状态是 ${STATES.join('、')} 之一。`, `a state is one of ${STATES.join(', ')}`, {
  states: STATES.join(', '),
});
const REASON = both('原因是代码，例如 cancelled。', 'a reason is a code, such as cancelled');
const ERRCODE = both('错误码是整数。', 'an errcode is a whole number');
const parts = (least: number): Bilingual =>
  both(`请给出 ${least} 至 ${MOST_PARTS} 个受众。`, `give ${least} to ${MOST_PARTS} audiences`, {
    least,
    most: MOST_PARTS,
  });
const atMost = (most: number): Bilingual =>
  both(`请给出最多 ${most} 项的列表。`, `give a list of at most ${most}`, { most });
