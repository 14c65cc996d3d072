import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  Length,
  Matches,
  MaxLength,
} from 'class-validator';
import { CanView } from '../access/can-view.js';
import { PageQuery } from '../http/cursor.js';
import { expects } from '../http/rule-words.js';
import { OPENID_PATTERN } from '../kernel/ids.js';
import type { Notice } from '../kernel/warning.js';
import { DELIMITERS, type Delimiter } from './parse/delimiter.js';
import { MOST_COLUMNS } from './parse/columns.js';
import { ENCODINGS, type Encoding } from './parse/text-encoding.js';
import { UPLOAD_STATES, type UploadState } from './record/upload.tables.js';

export class CreateUploadQuery {
  /** The account to which the list belongs. */
  @IsString()
  @Length(1, 64)
  appid!: string;

  /** What people call it, 1 to 100 characters. */
  @IsString()
  @Matches(
    /^[^\p{Cc}\p{Cs}]{1,100}$/u,
    expects('应为 1 至 100 个字', 'expected 1 to 100 characters'),
  )
  name!: string;

  /** `auto`: imported as soon as it was looked at, as far as nothing stands in the way; for scripts. */
  @IsOptional()
  @IsIn(['auto'])
  import?: 'auto';
}

export class UploadsQuery extends PageQuery {
  /** Only those of this account. */
  @IsOptional()
  @IsString()
  @Length(1, 64)
  appid?: string;
}

export class UploadRowsQuery extends PageQuery {
  /** `next` of the page before: an openid. */
  @IsOptional()
  @Matches(OPENID_PATTERN, expects('应为上一页返回的 `next`', 'expected `next` of the page before'))
  declare after?: string;
}

export class UploadErrorsQuery extends PageQuery {}

export class UploadErrorsCsvQuery {
  /** `1`: with a mark at the beginning, by which Excel knows UTF-8. */
  @IsOptional()
  @IsIn(['0', '1'])
  bom: '0' | '1' = '1';

  /** The language of the reasons. */
  @IsOptional()
  @IsIn(['zh', 'en'])
  lang: 'zh' | 'en' = 'zh';
}

/** How the file is to be read, where it was found out wrongly. What is left out stays; null is found out again. */
export class ChangeUploadDto {
  @ApiPropertyOptional({
    enum: ENCODINGS,
    nullable: true,
    description:
      'Of a text. Big5 and Shift_JIS look like GB18030 to a program: people tell them apart.',
  })
  @IsOptional()
  @IsIn(ENCODINGS)
  encoding?: Encoding | null;

  @ApiPropertyOptional({
    enum: DELIMITERS,
    nullable: true,
    description: 'Between the cells of a text.',
  })
  @IsOptional()
  @IsIn(DELIMITERS)
  delimiter?: Delimiter | null;

  /** Of a workbook, by its name. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  sheet?: string | null;

  /** Whether the first row holds the names of the columns. */
  @IsOptional()
  @IsBoolean()
  header?: boolean | null;

  @ApiPropertyOptional({
    type: [String],
    nullable: true,
    description: 'The names of all columns in their order; an empty one leaves its column out.',
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => value)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_COLUMNS)
  @IsString({ each: true })
  @MaxLength(1_000, { each: true })
  columns?: string[] | null;

  /** The name of the column that holds the openids. */
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  openidColumn?: string | null;
}

/** Words for people, with what a page needs to say them in its own way. */
export class UploadNoticeView implements Notice {
  /** A stable code. */
  readonly code!: string;
  @ApiProperty({ type: 'object', additionalProperties: true })
  readonly params!: Readonly<Record<string, string | number>>;
  readonly zh!: string;
  readonly en!: string;
}

export class UploadPreviewView {
  @ApiProperty({
    type: 'array',
    items: { type: 'array', items: { type: 'string' } },
    description: 'The first five rows as they came; without `openid.reveal`, openids are masked.',
  })
  readonly rows!: string[][];
}

export class UploadCountsView {
  /** Rows that are read so far, empty ones not counted: the sum of the next three. */
  readonly rows!: number;
  readonly usable!: number;
  readonly failed!: number;
  /** Rows whose openid stands in an earlier line, which counts. */
  readonly duplicates!: number;
  /** Of the usable ones, who follows the account as far as is known; null where its followers were never read. */
  readonly followers!: number | null;
  /** The usable ones who do not. */
  readonly strangers!: number | null;
}

export class UploadCanView {
  readonly change!: CanView;
  readonly import!: CanView;
  readonly delete!: CanView;
}

/** A list that somebody has sent. */
export class UploadView {
  readonly id!: string;
  readonly appid!: string;
  readonly name!: string;
  /** As the sender's browser called the file. */
  readonly fileName!: string | null;
  /**
   * `received`: a worker is about to look at it. `previewed`: it waits for `POST …/import`. `ready`: it can be used.
   * `failed`: `error` says why.
   */
  @ApiProperty({ enum: UPLOAD_STATES })
  readonly state!: UploadState;
  /** Bytes. */
  readonly size!: number;
  /** Of the file, in hex; null while it comes. */
  readonly sha256!: string | null;
  /** `csv`, `ndjson` or `xlsx`; null until it is known. */
  readonly format!: string | null;
  readonly encoding!: string | null;
  readonly delimiter!: string | null;
  readonly sheet!: string | null;
  /** Names of the sheets of a workbook. */
  @ApiProperty({ type: [String] })
  readonly sheets!: readonly string[];
  /** Whether the first row holds the names of the columns. */
  readonly header!: boolean | null;
  /** Names of the columns in their order; an empty one is left out. */
  @ApiProperty({ type: [String] })
  readonly columns!: readonly string[];
  readonly openidColumn!: string | null;
  @ApiProperty({ type: UploadPreviewView, nullable: true })
  readonly preview!: UploadPreviewView | null;
  readonly counts!: UploadCountsView;
  /** Why it cannot be imported, or used, as it is. */
  @ApiProperty({ type: UploadNoticeView, nullable: true })
  readonly error!: UploadNoticeView | null;
  /** What to look at, though it can be used. */
  @ApiProperty({ type: [UploadNoticeView] })
  readonly warnings!: UploadNoticeView[];
  readonly createdAt!: Date;
  /** Null until all rows are read. */
  readonly importedAt!: Date | null;
  /** Its rows are not kept any more (UPLOAD_DAYS). */
  readonly purgedAt!: Date | null;
  /** `worker` where none has taken it for ten seconds. */
  @ApiPropertyOptional({ enum: ['worker'] })
  readonly waitingFor?: 'worker';
  /** What the caller can do with it now. */
  readonly can!: UploadCanView;
}

export class UploadPageView {
  readonly items!: UploadView[];
  /** `after` of the next page; null at the end. */
  readonly next!: string | null;
}

/** A row that can be used. */
export class UploadRowView {
  readonly openid!: string;
  /** Of the file. */
  readonly line!: number;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'By the names of the columns.',
  })
  readonly values!: Readonly<Record<string, string>>;
}

export class UploadRowPageView {
  readonly items!: UploadRowView[];
  /** `after` of the next page; null at the end. */
  readonly next!: string | null;
}

/** A row that cannot be used. */
export class UploadErrorView extends UploadNoticeView {
  /** Of the file: the line in which the row begins, or the number of the row in its sheet. */
  readonly line!: number;
  /** The name of the column, where it is the fault of one cell. */
  readonly column!: string | null;
  /** What stands there, 100 characters at most; begins with an apostrophe where a spreadsheet would take it for a formula. */
  readonly value!: string | null;
}

export class UploadErrorPageView {
  readonly items!: UploadErrorView[];
  /** `after` of the next page; null at the end. */
  readonly next!: string | null;
}
