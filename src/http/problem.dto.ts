import { ApiSchema } from '@nestjs/swagger';

/** One fault of one field. */
export class FieldFaultView {
  /** Where, from the root of the body, such as `fields.thing1`; `items[7].openid` in a list. */
  path!: string;
  /** Stable, to be scripted against. */
  code!: string;
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
  /** Which fields are wrong, the first twenty of them. */
  errors?: FieldFaultView[];
  /** Names this answer, `urn:uuid:…`; it is found again in the log. */
  instance!: string;
}
