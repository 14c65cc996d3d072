import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getMetadataStorage } from 'class-validator';
import { chineseKnows } from './rule-words.js';

interface Rule {
  readonly propertyName: string;
  readonly name?: string;
  readonly type: string;
  readonly context?: { readonly zh?: string };
}

const SRC = join(import.meta.dirname, '..');
/** They decide whether a member is looked at; no value breaks them. */
const NO_RULES = ['conditionalValidation', 'whitelistValidation'];

/** Of every DTO that there is. */
async function rulesOfEveryDto(): Promise<{ owner: string; rule: Rule }[]> {
  const found: { owner: string; rule: Rule }[] = [];
  for (const file of globSync('**/{*.dto,cursor}.ts', { cwd: SRC })) {
    const module = (await import(pathToFileURL(join(SRC, file)).href)) as Record<string, unknown>;
    for (const [owner, each] of Object.entries(module)) {
      if (typeof each !== 'function') continue;
      const rules = getMetadataStorage().getTargetValidationMetadatas(each, '', false, false);
      for (const rule of rules as Rule[]) found.push({ owner, rule });
    }
  }
  return found;
}

describe('a rule of a request', () => {
  it('a rule of a request has its words in Chinese: by its kind, or its own where that says too little', async () => {
    const rules = await rulesOfEveryDto();
    expect(rules.length).toBeGreaterThan(150);
    const mute = rules.filter(({ rule: { name = '', type, context } }) => {
      if (NO_RULES.includes(type)) return false;
      const kind = name === '' ? type : name;
      return context?.zh === undefined ? !chineseKnows(kind) : !/\p{Script=Han}/u.test(context.zh);
    });
    expect(
      mute.map(({ owner, rule }) => `${owner}.${rule.propertyName}: ${rule.name ?? rule.type}`),
    ).toEqual([]);
  });
});
