import type { Broadcast } from '../api/broadcasts';

export const STEPS = ['template', 'content', 'audience', 'when', 'test', 'confirm'] as const;
export type Step = (typeof STEPS)[number];

export const stepNamed = (name: string | null): Step =>
  STEPS.find((each) => each === name) ?? 'content';

export type Fault = NonNullable<Broadcast['faults']>[number];

/** Where something that is missing is filled in. */
export function stepOf({ path }: Pick<Fault, 'path'>): Step {
  if (path === 'templateId' || path === 'channel') return 'template';
  if (path.startsWith('audience')) return 'audience';
  if (/^(startAt|startZone|sendHours|canary|sendsPerSecond|freezeAudience)/.test(path))
    return 'when';
  return 'content';
}

export const faultsOf = (broadcast: Broadcast): readonly Fault[] => broadcast.faults ?? [];

/** A step with nothing missing; tried is what was tried as it stands now. */
export const isFilled = (step: Step, broadcast: Broadcast): boolean => {
  if (step === 'confirm') return false;
  if (step === 'test') return broadcast.test?.stale === false;
  if (step === 'template') return broadcast.templateId !== '';
  return (
    broadcast.templateId !== '' && faultsOf(broadcast).every((fault) => stepOf(fault) !== step)
  );
};
