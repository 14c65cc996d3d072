import { ApiProperty } from '@nestjs/swagger';
import { IsArray } from 'class-validator';
import { NoticeView } from '../../http/warning-view.js';
import type { TaggingFailure, TaggingState } from './tagging.repository.js';
import { TagSyncErrorView } from './tags.dto.js';

export class TagPeopleDto {
  /** Up to 10,000. */
  @IsArray()
  openids!: string[];
}

export class TaggingView {
  id!: string;
  tagId!: number;
  verb!: 'tag' | 'untag';
  /** `failed`: it broke off, and `left` were not told to WeChat. People whom WeChat refused do not end it. */
  state!: 'running' | 'done' | 'failed';
  total!: number;
  /** Told to WeChat, and as they were asked for there now. */
  done!: number;
  /** Refused by WeChat one by one: `GET …/failures` tells who and why. */
  failed!: number;
  left!: number;
  createdAt!: Date;
  finishedAt!: Date | null;
  error!: TagSyncErrorView | null;
  /** `worker`: for ten seconds no process with that role has taken it up. */
  @ApiProperty({ type: 'string', enum: ['worker'], nullable: true })
  waitingFor!: 'worker' | null;
}

/** Why WeChat did not tag or untag somebody. */
export class TaggingFailureView extends NoticeView {
  openid!: string;
  errcode!: number | null;
  rid!: string | null;
}

export class TaggingFailurePageView {
  items!: TaggingFailureView[];
  next!: string | null;
}

export const toTaggingView = (row: TaggingState): TaggingView => ({
  id: row.id,
  tagId: row.tagId,
  verb: row.verb,
  state: row.state,
  total: row.total,
  done: row.done,
  failed: row.failed,
  left: row.total - row.done - row.failed,
  createdAt: row.createdAt,
  finishedAt: row.finishedAt,
  error: row.problem,
  waitingFor: row.untaken ? 'worker' : null,
});

export const toTaggingFailureView = ({
  openid,
  problem: { errcode, rid, code, params, zh, en },
}: TaggingFailure): TaggingFailureView => ({ openid, errcode, rid, code, params, zh, en });
