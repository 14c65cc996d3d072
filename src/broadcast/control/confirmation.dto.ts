import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { BroadcastAccountView } from '../progress/broadcast-view.dto.js';

export const CONFIRMED_VERBS = ['start', 'start-now'] as const;
/** What is confirmed before it is done. A stop never is. */
export type ConfirmedVerb = (typeof CONFIRMED_VERBS)[number];

/** What shall be confirmed. */
export class ConfirmationDto {
  /** The verb that the token is for. */
  @ApiProperty({ enum: CONFIRMED_VERBS })
  @IsIn(CONFIRMED_VERBS)
  verb!: ConfirmedVerb;
}

/** By whom it is sent. */
class ConfirmedAccountView extends BroadcastAccountView {
  appid!: string;
}

class ConfirmedDayView {
  /** A WeChat day, `2026-11-21`. */
  day!: string;
  count!: number;
}

class ConfirmedLeftOutView {
  reason!: string;
  count!: number;
}

/** What somebody must know before they say yes. */
class ConfirmationFactsView {
  /** As far as it is known, without `leftOut`; of more than 50,000 followers, those that the last sync saw. */
  recipients!: number;
  /**
   * Who of the audience gets nothing, and why: `suppressed`, `unsubscribed` (of all followers, those who have left since
   * the last sync). Null where there are more than 50,000 people to look at: then they are among `recipients`.
   */
  leftOut!: ConfirmedLeftOutView[] | null;
  account!: ConfirmedAccountView;
  /** When the first message goes out, by its time, the time to undo and its send hours. */
  startsAt!: string;
  /**
   * When the last one does, at the full rate, within send hours and quota, if the account sends nothing else; without the
   * wait for a canary's receipts. Null where that is more than two months ahead.
   */
  endsAt!: string | null;
  /** How many go out on which day, by the same reckoning. */
  days!: ConfirmedDayView[];
  /** Of this broadcast: still under WeChat's review, and so perhaps delivered later. */
  reviewing!: number;
  /** Of this broadcast: nobody knows whether they arrived. */
  unknown!: number;
  /** Of this broadcast: on their way to WeChat. */
  inFlight!: number;
}

/** A token for one start, and what it confirms. */
export class ConfirmationView {
  /** For `confirm`. Good once, for whoever asked for it, while nobody changes the broadcast or its template. */
  token!: string;
  expiresAt!: string;
  revision!: number;
  facts!: ConfirmationFactsView;
  /** What has to be typed, and go beside the token as `typed`; null where nothing has. */
  type!: string | null;
}
