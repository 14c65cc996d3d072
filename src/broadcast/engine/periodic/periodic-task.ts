/** Something that the sweep looks after and that belongs to no single broadcast. */
export interface PeriodicTask {
  /** For the log. */
  readonly what: string;
  /** In milliseconds; each worker counts for itself, so a repair must bear being run twice. */
  readonly everyMs: number;
  run(): Promise<void>;
}

/** Token of the list of all repairs. */
export const PERIODIC_TASKS = Symbol('repairs');
