import { useEffect, useRef, useState } from 'react';
import { type Fault, type Step, STEPS, stepOf } from './steps';

/** The fault that one is led to first: that of the earliest step, and in there the first that is told. */
export const firstOf = (faults: readonly Fault[]): Fault | undefined =>
  STEPS.map((step) => faults.find((fault) => stepOf(fault) === step)).find(
    (fault) => fault !== undefined,
  );

/** The names under which a field may stand that a fault is about, the nearest first: `canary.first`, `canary`. */
export function namesOf(path: string): readonly string[] {
  const parts = path.replaceAll(/\[\d+\]/g, '').split('.');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('.'));
}

/** Leads to the field that a fault is about: to its step, and there into the field. */
export function useLead(step: Step, go: (step: Step) => void) {
  const [led, setLed] = useState<Fault>();
  const isDue = useRef(false);
  useEffect(() => {
    // The step may be drawn later than it is asked for.
    if (!isDue.current || led === undefined || stepOf(led) !== step) return;
    isDue.current = false;
    fieldOf(led.path)?.focus();
  }, [led, step]);
  return {
    /** Where somebody was led last: what is wrong there is told, though it was never touched. */
    led: led?.path,
    lead: (fault: Fault): void => {
      isDue.current = true;
      if (stepOf(fault) !== step) go(stepOf(fault));
      // Another one each time: one may be led to the same field again.
      setLed({ ...fault });
    },
  };
}

function fieldOf(path: string): HTMLElement | null {
  const main = document.querySelector('.compose-main');
  const find = (selector: string): HTMLElement | null => main?.querySelector(selector) ?? null;
  for (const name of namesOf(path)) {
    const found = find(`[name="${name}"]`) ?? find(`[name^="${name}."]`);
    if (found === null) continue;
    // What phones do not show is folded away.
    const folded = found.closest('details');
    if (folded !== null) folded.open = true;
    return found;
  }
  return find('input, textarea, select, .template-choice');
}
