import { ApiProperty } from '@nestjs/swagger';

/** Whether the caller can do it now; if not, why, in both languages. */
export class CanView {
  ok!: boolean;
  /** A stable code of the reason; with `params`, `zh` and `en` only where it is not ok. */
  code?: string;
  @ApiProperty({ type: 'object', additionalProperties: true })
  params?: Readonly<Record<string, string | number>>;
  zh?: string;
  en?: string;
}
