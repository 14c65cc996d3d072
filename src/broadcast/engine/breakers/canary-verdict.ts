import type { Bilingual } from '../../../kernel/bilingual.js';
import { CANARY_MAX_FAILED_SHARE, CANARY_MAX_MISSING_SHARE } from './thresholds.js';
import {
  canaryFailed,
  type CanaryFigures,
  canaryPassed,
  canaryReviewed,
  canaryUnheard,
} from './breaker-texts.js';

export type CanaryVerdict = 'waits' | { readonly passed: boolean; readonly words: Bilingual };

/** What the canary's messages have come to. `overdue`: receipts that have not come are missing. */
export function judgeCanary(figures: CanaryFigures, overdue: boolean): CanaryVerdict {
  const { sent, delivered, refused, failed, blocked, unknown, missing, reviewing } = figures;
  if (missing + reviewing > 0 && !overdue) return 'waits';
  const bad = refused + failed + blocked + unknown;
  if (bad > sent * CANARY_MAX_FAILED_SHARE) return { passed: false, words: canaryFailed(figures) };
  // What becomes of messages under review is not known yet: a canary that mostly consists of them proves nothing.
  if (reviewing > sent * CANARY_MAX_MISSING_SHARE)
    return { passed: false, words: canaryReviewed(figures) };
  const accepted = delivered + failed + blocked + missing;
  if (missing > accepted * CANARY_MAX_MISSING_SHARE)
    return { passed: false, words: canaryUnheard(figures) };
  return { passed: true, words: canaryPassed(figures) };
}
