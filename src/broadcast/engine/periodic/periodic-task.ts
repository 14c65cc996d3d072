/** Work that every worker does from time to time, and that belongs to no single broadcast. */
export interface PeriodicTask {
  /** For the log. */
  readonly what: string;
  /** In milliseconds. Each worker counts for itself, so a task must bear being run twice. */
  readonly everyMs: number;
  run(): Promise<void>;
}

/** Token of the list of all periodic tasks. */
export const PERIODIC_TASKS = Symbol('periodic tasks');
