import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { Params } from '../kernel/bilingual.js';
import type { ShownFault } from './problem.js';

/** One fault of one field. */
export class FieldFaultView implements ShownFault {
  /** Where, from the root of the body, such as `fields.thing1`; `items[7].openid` in a list. */
  path!: string;
  /** Stable, to be scripted against. */
  code!: string;
  /** What the text is about, by name: numbers, times, the field's name. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  params!: Params;
  /** What was expected, what came and what to do, in Chinese. */
  zh!: string;
  /** The same in English. */
  en!: string;
  /** What was expected, what came and what to do, in Chinese and then in English. */
  message!: string;
}

/** Why something was refused (RFC 9457), as `application/problem+json`. */
@ApiSchema({ name: 'Problem' })
export class ProblemView {
  type!: 'about:blank';
  /** The status in words. */
  title!: string;
  status!: number;
  /** What was expected, what came and what to do, in Chinese and then in English. */
  detail!: string;
  /** Stable, to be scripted against. */
  code!: string;
  /** What the text is about, by name: numbers and times. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  params!: Params;
  /** `detail` in Chinese alone. */
  zh!: string;
  /** `detail` in English alone. */
  en!: string;
  /** Which fields are wrong, the first twenty of them. */
  errors?: FieldFaultView[];
  /** Names this answer, `urn:uuid:…`; it is found again in the log. */
  instance!: string;
}
