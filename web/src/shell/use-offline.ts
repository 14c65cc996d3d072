import { useSyncExternalStore } from 'react';

let offlineSince: Date | undefined = navigator.onLine ? undefined : new Date();

/** Since when the browser has had no network; undefined while it has. */
export function useOfflineSince(): Date | undefined {
  return useSyncExternalStore(
    (told) => {
      const lost = (): void => {
        offlineSince = new Date();
        told();
      };
      const back = (): void => {
        offlineSince = undefined;
        told();
      };
      addEventListener('offline', lost);
      addEventListener('online', back);
      return () => {
        removeEventListener('offline', lost);
        removeEventListener('online', back);
      };
    },
    () => offlineSince,
  );
}
