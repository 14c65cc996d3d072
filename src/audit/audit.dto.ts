import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsDate, IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { PageQuery } from '../http/cursor.js';
import { expects } from '../http/rule-words.js';
import { NoticeView } from '../http/warning-view.js';
import type { AuditFilter } from './audit-filter.js';
import type { AuditEntry } from './audit-reader.js';
import { ACTIONS, type AuditAction, TARGET_KINDS } from './record/actions.js';

const NAMES = Object.keys(ACTIONS);
const ACTOR = /^(?:(?:operator|key)(?::\d{1,15})?|system)$/;
const TARGET = new RegExp(`^(?:${TARGET_KINDS.join('|')})(?::[^\\0]{1,200})?$`);

/** What is left out is not asked; what is given must all fit. */
export class AuditQuery extends PageQuery {
  /** Who did it: `operator:3`, `key:2`, all of a kind by `operator` or `key`, or `system` for the service itself. */
  @ApiPropertyOptional({ example: 'operator:3' })
  @IsOptional()
  @Matches(
    ACTOR,
    expects(
      '应为 operator:ID、key:ID、operator、key 或 system',
      'expected operator:ID, key:ID, operator, key or system',
    ),
  )
  actor?: string;

  /** What was done, by its stable name. */
  @ApiPropertyOptional({ enum: NAMES, example: 'broadcast.pause' })
  @IsOptional()
  @IsIn(NAMES)
  action?: string;

  /** To what: a kind and an id, as `broadcast:01a1fec7-…` or `account:wx…`, or all of a kind, as `operator`. */
  @ApiPropertyOptional({ example: 'broadcast:01a1fec7-0f58-79ea-95b0-40ca167a7ee2' })
  @IsOptional()
  @Matches(
    TARGET,
    expects(
      `应为 ${TARGET_KINDS.join('、')} 之一，可加 ":" 和 ID`,
      `expected one of ${TARGET_KINDS.join(', ')}, and perhaps ":" and an id`,
    ),
  )
  target?: string;

  /** Only what belongs to this account. */
  @ApiPropertyOptional({ example: 'wx0123456789abcdef' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  @Matches(/^[^\0]*$/, expects('不能含有 NUL 字符', 'expected text without NUL'))
  appid?: string;

  /** From this moment on (ISO 8601). */
  @ApiPropertyOptional({ example: '2026-11-01T00:00:00+08:00' })
  @IsOptional()
  @Type(() => Date)
  @IsDate(expects('应为 ISO 8601 时间', 'expected a time (ISO 8601)'))
  from?: Date;

  /** Before this moment (ISO 8601). */
  @ApiPropertyOptional({ example: '2026-12-01T00:00:00+08:00' })
  @IsOptional()
  @Type(() => Date)
  @IsDate(expects('应为 ISO 8601 时间', 'expected a time (ISO 8601)'))
  to?: Date;
}

/** `limit` is not heeded: all entries are written. */
export class AuditExportQuery extends AuditQuery {
  /** A byte order mark at the beginning, without which Excel takes Chinese text for another encoding. */
  @ApiPropertyOptional({ enum: ['0', '1'], default: '0' })
  @IsOptional()
  @IsIn(['0', '1'])
  bom: '0' | '1' = '0';

  /** The language of the header and of what was done. */
  @ApiPropertyOptional({ enum: ['zh', 'en'], default: 'en' })
  @IsOptional()
  @Transform(({ value }) => (value as string | undefined) ?? 'en')
  @IsIn(['zh', 'en'])
  lang: 'zh' | 'en' = 'en';
}

/** Who did it, by the name that they had then. */
export class AuditActorView {
  /** `system`: the service itself decided, and `reason` says why. */
  @ApiProperty({ enum: ['operator', 'key', 'system'] })
  kind!: 'operator' | 'key' | 'system';
  /** Of the operator or the API key; null for the service itself. */
  @ApiProperty({ type: 'integer', nullable: true })
  id!: number | null;
  name!: string;
}

export class AuditTargetView {
  @ApiProperty({ enum: TARGET_KINDS })
  kind!: string;
  /** Of an account, and of what it has one of, the appid. An openid is masked. */
  id!: string;
}

export class AuditEntryView {
  id!: string;
  at!: Date;
  actor!: AuditActorView;
  /** From where; null for the service itself. */
  ip!: string | null;
  /** What was done, by its stable name. */
  action!: string;
  /** The same in words. */
  what!: NoticeView;
  target!: AuditTargetView;
  /** The account that it belongs to; null for what belongs to the installation. */
  appid!: string | null;
  /**
   * The members that differ, by their paths as in `policy.undoSeconds`, as they were. Null where it was made. A secret
   * is "(changed)", an openid is masked, a list of openids is its `count`.
   */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { 'policy.undoSeconds': 0, callbackToken: '(changed)' },
  })
  before!: Record<string, unknown> | null;
  /** The same members as they are since. Null where it is gone, or where the verb says all. */
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  after!: Record<string, unknown> | null;
  /** Whether values were shortened: an entry keeps 4 KiB. Under `…` stands how many members were left out. */
  cut!: boolean;
  /** Why, where the service decided or somebody gave a note. */
  reason!: string | null;
  /** The request, as the log and the problems name it (`instance`). */
  requestId!: string | null;
}

export class AuditPageView {
  items!: AuditEntryView[];
  /** `after` of the next page; null at the end. A page may be short or empty and have a `next` all the same. */
  next!: string | null;
}

export function toFilter({ actor, action, target, appid, from, to }: AuditQuery): AuditFilter {
  const [kind, id] = split(actor);
  const [targetKind, targetId] = split(target);
  return {
    ...(kind !== undefined && {
      actor: {
        kind: kind as AuditActorView['kind'],
        id: id === undefined ? undefined : Number(id),
      },
    }),
    action,
    ...(targetKind !== undefined && { target: { kind: targetKind, id: targetId } }),
    appid,
    from,
    to,
  };
}

/** At the first colon: ids may hold others. */
function split(text: string | undefined): readonly [string | undefined, string | undefined] {
  const at = text?.indexOf(':') ?? -1;
  return at === -1 ? [text, undefined] : [text?.slice(0, at), text?.slice(at + 1)];
}

export const toEntryView = (entry: AuditEntry): AuditEntryView => ({
  id: entry.id,
  at: entry.at,
  actor: { kind: entry.actorKind, id: entry.actorId, name: entry.actorName },
  ip: entry.ip,
  action: entry.action,
  what: wordsOf(entry),
  target: { kind: entry.targetKind, id: entry.targetId },
  appid: entry.appid,
  before: entry.before && { ...entry.before },
  after: entry.after && { ...entry.after },
  cut: entry.cut,
  reason: entry.reason,
  requestId: entry.requestId,
});

/** An action that a newer version has written has no words here. */
export function wordsOf({ action, targetId }: Pick<AuditEntry, 'action' | 'targetId'>): NoticeView {
  const words = Object.hasOwn(ACTIONS, action)
    ? ACTIONS[action as AuditAction]
    : { zh: action, en: action };
  return { code: action, params: { target: targetId }, ...words };
}
