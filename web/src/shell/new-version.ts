import { useSyncExternalStore } from 'react';
import { base } from '../api/base';

const mine = document.querySelector<HTMLMetaElement>('meta[name=console-build]')?.content;
const ASK_EVERY_MS = 300_000;
const listeners = new Set<() => void>();
let isOld = false;
let askedAt = Date.now();

/** Asked when somebody comes back to the page: the service may have been replaced meanwhile. */
async function ask(force = false): Promise<void> {
  if (isOld || document.hidden || (!force && Date.now() - askedAt < ASK_EVERY_MS)) return;
  askedAt = Date.now();
  try {
    const answer = await fetch(new URL('console.json', base), { cache: 'no-store' });
    if (!answer.ok) return;
    const { build } = (await answer.json()) as { build?: string };
    if (build === undefined || build === mine) return;
    isOld = true;
    for (const listener of listeners) listener();
  } catch {
    // Asked again next time.
  }
}
document.addEventListener('visibilitychange', () => void ask());
addEventListener('focus', () => void ask());
// A part of the page that is no longer there belongs to a former build.
addEventListener('vite:preloadError', (event) => {
  event.preventDefault();
  void ask(true);
});

export const useNewVersion = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => isOld,
  );
