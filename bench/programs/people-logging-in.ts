import { Pool } from 'undici';
import { answerRequests } from '../support/answer-requests.js';
import { percentileOf } from '../support/spread.js';

export interface PeopleLoggingIn {
  readonly origin: string;
  readonly logins: readonly string[];
  readonly password: string;
  readonly seconds: number;
}

export interface PeopleLoggingInResult {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Answers other than 200. */
  readonly failed: number;
}

/** Each logs in again and again, so that as many logins as there are people are under way all the time. */
answerRequests<PeopleLoggingIn>(async ({ origin, logins, password, seconds }) => {
  const pool = new Pool(origin, { connections: logins.length, pipelining: 1 });
  const headers = { 'content-type': 'application/json', origin };
  const took: number[] = [];
  let failed = 0;
  const beganAt = performance.now();
  const isOver = (): boolean => performance.now() - beganAt >= seconds * 1_000;
  const inTurn = async (login: string): Promise<void> => {
    const body = JSON.stringify({ login, password });
    while (!isOver()) {
      const sentAt = performance.now();
      const answer = await pool.request({ method: 'POST', path: '/v1/login', body, headers });
      await answer.body.text();
      took.push(performance.now() - sentAt);
      if (answer.statusCode !== 200) failed++;
    }
  };
  await Promise.all(logins.map(inTurn));
  await pool.close();
  return {
    perSecond: (took.length * 1_000) / (performance.now() - beganAt),
    p50: percentileOf(took, 0.5),
    p99: percentileOf(took, 0.99),
    failed,
  } satisfies PeopleLoggingInResult;
});
