/** Only a write that fails shows a full disk; the process remembers it for so long. */
const REMEMBERED_MS = 30_000;

let until = 0;

/** Whether a statement of this process met a full disk lately (53100). */
export const diskFull = {
  met: (): void => void (until = performance.now() + REMEMBERED_MS),
  lately: (): boolean => performance.now() < until,
};
