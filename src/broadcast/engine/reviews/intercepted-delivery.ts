import { marksOf } from '../../../templates/field-marks.js';
import type { InterceptedCandidate } from './review.statements.js';

/**
 * Which one of the candidates WeChat intercepted: the only candidate, or among several the only one whose text is the one
 * that WeChat lists. Undefined where neither decides, or where the delivery that is meant is not under review.
 */
export function interceptedOf(
  candidates: readonly InterceptedCandidate[],
  content: string,
  template: string | undefined,
): InterceptedCandidate | undefined {
  const [meant, ...others] =
    candidates.length > 1 && template !== undefined
      ? candidates.filter((candidate) => sameWords(content, wordsOf(template, candidate)))
      : candidates;
  return others.length === 0 && meant?.state === 'reviewing' ? meant : undefined;
}

/** The template's text with this recipient's values in it. */
function wordsOf(template: string, { fields, vars }: InterceptedCandidate): string {
  const values: Readonly<Record<string, string>> = { ...fields, ...vars };
  const { marks, after } = marksOf(template);
  return marks.map(({ name, before }) => before + (values[name] ?? '')).join('') + after;
}

const sameWords = (one: string, other: string): boolean => bare(one) === bare(other);

/** White space does not count: it may change on its way through WeChat. */
const bare = (text: string): string => text.replace(/\s+/g, '');
