import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, Length, Matches } from 'class-validator';
import { PageQuery } from '../../http/cursor.js';
import { expects } from '../../http/rule-words.js';
import { NoticeView } from '../../http/warning-view.js';
import { OPENID_PATTERN } from '../../kernel/ids.js';
import type { SyncProblem } from '../record/sync-problem.js';
import type { TagSyncState } from './tag-sync.repository.js';
import type { Tag } from './tags.service.js';

export class TagNameDto {
  /** As WeChat wants it: up to 30 characters, and no other tag of the account has it. */
  @IsString()
  @Length(1, 30)
  // oxlint-disable-next-line no-control-regex -- those are what is refused
  @Matches(/^(?!\s)[^\u0000-\u001f\u007f]+(?<!\s)$/, {
    ...expects(
      '首尾不能是空格，也不能含有控制字符',
      'expected no space at its ends, and no control characters',
    ),
  })
  name!: string;
}

export class TagMembersQuery extends PageQuery {
  @IsOptional()
  @Matches(
    OPENID_PATTERN,
    expects(
      '应为上一页返回的 `next`（一个 openid）',
      'expected an openid: `next` of the page before',
    ),
  )
  declare after?: string;
}

export class TagView {
  /** WeChat's. */
  id!: number;
  name!: string;
  /** How many have it, as WeChat counted when its list was read last. */
  count!: number;
  /** How many have it here; null until they were read. */
  members!: number | null;
  /** The instant for which `members` and their list hold; null until they were read. */
  asOf!: Date | null;
}

export class TagListView {
  items!: TagView[];
  /** The instant for which the list of tags holds: when the last complete sync began. Null before the first. */
  asOf!: Date | null;
}

export class TagMemberView {
  openid!: string;
}

export class TagMemberPageView {
  items!: TagMemberView[];
  next!: string | null;
}

/** Why the last sync failed. */
export class TagSyncErrorView extends NoticeView implements SyncProblem {
  errcode!: number | null;
  /** WeChat's id of the refused request. */
  rid!: string | null;
  /** What WeChat or our own error said, for scripts. */
  message!: string;
}

export class TagSyncView {
  state!: 'idle' | 'running' | 'done' | 'failed';
  /** Tags that WeChat has listed. */
  listed!: number;
  /** Those of them whose members were read to the end. */
  read!: number;
  /** Openids read, those of several tags several times. */
  seen!: number;
  /** Entries of WeChat's lists that do not look like an openid. */
  skipped!: number;
  startedAt!: Date | null;
  finishedAt!: Date | null;
  error!: TagSyncErrorView | null;
  /** `worker`: for ten seconds no process with that role has taken it up. */
  @ApiProperty({ type: 'string', enum: ['worker'], nullable: true })
  waitingFor!: 'worker' | null;
}

export const toTagView = ({ tagId, name, count, members, asOf }: Tag): TagView => ({
  id: tagId,
  name,
  count,
  members,
  asOf,
});

export const toTagSyncView = (sync: TagSyncState | undefined): TagSyncView => ({
  state: sync?.state ?? 'idle',
  listed: sync?.listed ?? 0,
  read: sync?.read ?? 0,
  seen: sync?.seen ?? 0,
  skipped: sync?.skipped ?? 0,
  startedAt: sync?.beganAt ?? null,
  finishedAt: sync?.finishedAt ?? null,
  error: sync?.problem ?? null,
  waitingFor: sync?.untaken === true ? 'worker' : null,
});
