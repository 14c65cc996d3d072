import { ApiProperty } from '@nestjs/swagger';
import { NoticeView } from '../../../http/warning-view.js';
import { type Gate, type GateFix, type GateName, GATES } from './gates.js';

/** What mends it. */
class GateFixView extends NoticeView implements GateFix {
  /** The call that does it, such as `POST /v1/broadcasts/01a1…/resume`; null where no call does. */
  call!: string | null;
}

/** One thing that must hold for it to send. */
class GateView implements Omit<Gate, 'fact'> {
  @ApiProperty({ enum: GATES })
  gate!: GateName;
  ok!: boolean;
  /** What was found. Its `code` is `ok`, or says what stands in the way. */
  fact!: NoticeView;
  /** When it lifts by itself. */
  liftsAt?: Date;
  fix?: GateFixView;
}

/** Why a broadcast does not send, or how fast it does. */
export class WhyView {
  /** The one thing to know, of all that the gates say. */
  sentence!: NoticeView;
  /** Whether nothing stands in the way. */
  sends!: boolean;
  /** All of them, in the order in which they are asked. */
  gates!: GateView[];
  asOf!: Date;
}
