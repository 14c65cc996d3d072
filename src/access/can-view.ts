import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** Whether the caller can do it now; if not, why, in both languages. */
export class CanView {
  @ApiProperty()
  ok!: boolean;
  @ApiPropertyOptional({
    description: 'A stable code of the reason; with `params`, `zh` and `en` only where not ok.',
  })
  code?: string;
  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  params?: Readonly<Record<string, string | number>>;
  @ApiPropertyOptional()
  zh?: string;
  @ApiPropertyOptional()
  en?: string;
}
