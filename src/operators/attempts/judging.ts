import type { CountedTry } from './login-attempts.service.js';

/** Withdraws the try where judging it fails: nobody was wrong. */
export async function judging<Verdict>(
  counted: CountedTry,
  judge: () => Promise<Verdict>,
): Promise<Verdict> {
  try {
    return await judge();
  } catch (error) {
    await counted.withdraw().catch(() => {}); // what has failed is told, not this
    throw error;
  }
}
