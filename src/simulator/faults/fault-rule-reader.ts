import { DEFAULT_ACCOUNT } from '../settings/account-settings.js';
import { Rejection } from '../kernel/rejection.js';
import { REVIEW_ENDS } from '../reviews/review.js';
import type { FaultAction, FaultRule } from './fault-rule.js';

type Shape = Readonly<Record<string, 'string' | 'number' | 'boolean' | 'strings' | 'object'>>;

const CONDITION: Shape = {
  path: 'string',
  appid: 'string',
  openids: 'strings',
  sparingLeft: 'boolean',
  skip: 'number',
  every: 'number',
  length: 'number',
  probability: 'number',
  seed: 'number',
  times: 'number',
};

/** The fields of each action beside `kind`. A `?` marks optional ones. */
const ACTIONS: Readonly<Record<FaultAction['kind'], Shape>> = {
  errcode: { errcode: 'number', 'errmsg?': 'string', 'accepted?': 'boolean' },
  drop: { 'accepted?': 'boolean' },
  cut: { 'accepted?': 'boolean' },
  http: { status: 'number', body: 'string', 'accepted?': 'boolean' },
  delay: { ms: 'number', 'accepted?': 'boolean' },
  fate: { status: 'string' },
  review: { end: 'string', 'delayMs?': 'number' },
  receipt: { settings: 'object' },
};

/** Reads a rule that came as JSON. A misspelt rule would be a fault that never happens, so it is refused. */
export const readFaultRule = (value: unknown): FaultRule => {
  const rule = object(value, 'a rule');
  const when = rule['when'] === undefined ? {} : object(rule['when'], 'when');
  const fault = object(rule['fault'], 'fault');
  const remember = rule['remember'];
  unknownKeys(rule, ['when', 'fault', 'remember'], 'a rule');
  unknownKeys(when, Object.keys(CONDITION), 'when');
  for (const [key, type] of Object.entries(CONDITION)) {
    if (when[key] !== undefined) check(when[key], type, `when.${key}`);
  }
  if (remember !== undefined) check(remember, 'boolean', 'remember');
  readAction(fault);
  return { when, fault: fault as FaultAction, ...(remember === true && { remember }) };
};

function readAction(fault: Record<string, unknown>): void {
  const kinds = Object.keys(ACTIONS);
  const kind = fault['kind'];
  if (typeof kind !== 'string' || !kinds.includes(kind)) {
    throw new Rejection(`fault.kind must be one of ${kinds.join(', ')}`);
  }
  const shape = ACTIONS[kind as FaultAction['kind']];
  for (const [key, type] of Object.entries(shape)) {
    const name = key.replace('?', '');
    if (fault[name] === undefined && key.endsWith('?')) continue;
    check(fault[name], type, `fault.${name}`);
  }
  unknownKeys(fault, ['kind', ...Object.keys(shape).map((key) => key.replace('?', ''))], 'fault');
  if (kind === 'review' && !REVIEW_ENDS.some((end) => end === fault['end']))
    throw new Rejection(`fault.end must be one of ${REVIEW_ENDS.join(', ')}`);
  if (kind === 'receipt') {
    unknownKeys(
      object(fault['settings'], 'fault.settings'),
      Object.keys(DEFAULT_ACCOUNT.receipts),
      'fault.settings',
    );
  }
}

function check(value: unknown, type: Shape[string], name: string): void {
  const fits =
    type === 'strings'
      ? Array.isArray(value) && value.every((item) => typeof item === 'string')
      : typeof value === type && value !== null;
  if (!fits)
    throw new Rejection(
      `${name} must be ${type === 'strings' ? 'a list of strings' : `a ${type}`}`,
    );
}

function object(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Rejection(`${name} must be an object`);
  }
  return value as Record<string, unknown>;
}

function unknownKeys(value: object, known: readonly string[], name: string): void {
  const stranger = Object.keys(value).find((key) => !known.includes(key));
  if (stranger !== undefined)
    throw new Rejection(`${name} has no ${stranger}; it has ${known.join(', ')}`);
}
