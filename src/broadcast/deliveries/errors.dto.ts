import { ApiProperty } from '@nestjs/swagger';
import { NoticeView } from '../../http/warning-view.js';
import { type Turn, TURNS } from './error-words.js';

/** What WeChat answered with one errcode, of one broadcast. */
export class BroadcastErrorView {
  errcode!: number;
  count!: number;
  /** Of all errors of the broadcast, 0 to 1. */
  share!: number;
  /** What the errcode means. */
  meaning!: NoticeView;
  remedy!: string;
  /** Who has to act. */
  @ApiProperty({ enum: TURNS })
  turn!: Turn;
  /** What Weicast did by itself. */
  did!: NoticeView;
  /** What is left to do. */
  fix!: NoticeView;
  /** Up to three people, as samples; none once their rows are not kept any more. */
  openids!: string[];
  /** The list of all of them. */
  link!: string;
}

export class BroadcastErrorsView {
  /** The most frequent first. */
  items!: BroadcastErrorView[];
}
