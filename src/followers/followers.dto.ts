import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional, Matches } from 'class-validator';
import { expects } from '../http/rule-words.js';
import { PageQuery } from '../http/cursor.js';
import { OPENID_PATTERN } from '../kernel/ids.js';
import { NoticeView } from '../http/warning-view.js';
import type { SyncProblem } from './record/sync-problem.js';
import type { FollowerSyncState } from './sync/follower-sync.repository.js';
import type { Follower } from './followers.service.js';
import type { Tag } from './tags/tags.service.js';
import type { Suppression } from './suppressions/suppressions.service.js';
import { FollowerSuppressionView } from './suppressions/suppressions.dto.js';

export class FollowersQuery extends PageQuery {
  @IsOptional()
  @Matches(
    OPENID_PATTERN,
    expects(
      '应为上一页返回的 `next`（一个 openid）',
      'expected an openid: `next` of the page before',
    ),
  )
  declare after?: string;

  /** Left out: those who left are listed too. */
  @ApiPropertyOptional({ type: 'boolean' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    value === 'true' ? true : value === 'false' ? false : value,
  )
  @IsBoolean()
  subscribed?: boolean;
}

export class FollowerView {
  openid!: string;
  subscribed!: boolean;
  /** The instant for which `subscribed` is known. */
  asOf!: Date;
}

/** A tag that somebody has. */
export class FollowerTagView {
  id!: number;
  name!: string;
}

export class FollowerDetailView extends FollowerView {
  suppression!: FollowerSuppressionView | null;
  /** As of the last sync of tags, and as they were changed here since. */
  tags!: FollowerTagView[];
}

export class FollowerPageView {
  items!: FollowerView[];
  next!: string | null;
}

/** Why the last sync failed. */
export class FollowerSyncErrorView extends NoticeView implements SyncProblem {
  errcode!: number | null;
  /** WeChat's id of the refused request. */
  rid!: string | null;
  /** What WeChat or our own error said, for scripts. */
  message!: string;
}

export class FollowerSyncView {
  state!: 'idle' | 'running' | 'done' | 'failed';
  /** Followers read so far; each once when done. */
  seen!: number;
  /** Entries of WeChat's list that do not look like an openid. */
  skipped!: number;
  /** As WeChat counts; it moves while the list is read. */
  total!: number | null;
  startedAt!: Date | null;
  finishedAt!: Date | null;
  error!: FollowerSyncErrorView | null;
  /** `worker`: for ten seconds no process with that role has taken it up. */
  @ApiProperty({ type: 'string', enum: ['worker'], nullable: true })
  waitingFor!: 'worker' | null;
}

export const toFollowerView = ({ openid, subscribed, asOf }: Follower): FollowerView => ({
  openid,
  subscribed,
  asOf,
});

export const toFollowerDetailView = (
  follower: Follower,
  suppression: Suppression | undefined,
  tags: readonly Pick<Tag, 'tagId' | 'name'>[],
): FollowerDetailView => ({
  openid: follower.openid,
  subscribed: follower.subscribed,
  asOf: follower.asOf,
  suppression: suppression
    ? { reason: suppression.reason, since: suppression.since, note: suppression.note }
    : null,
  tags: tags.map(({ tagId, name }) => ({ id: tagId, name })),
});

export function toFollowerSyncView(sync: FollowerSyncState | undefined): FollowerSyncView {
  if (sync === undefined) {
    return {
      state: 'idle',
      seen: 0,
      skipped: 0,
      total: null,
      startedAt: null,
      finishedAt: null,
      error: null,
      waitingFor: null,
    };
  }
  const { state, seen, skipped, total, beganAt, finishedAt, problem, untaken } = sync;
  return {
    state,
    seen,
    skipped,
    total,
    startedAt: beganAt,
    finishedAt,
    error: problem && inWords(problem),
    waitingFor: untaken ? 'worker' : null,
  };
}

/** An earlier version has kept no code. */
const inWords = (problem: SyncProblem): SyncProblem =>
  Object.assign({ code: 'sync_failed', params: {} }, problem);
