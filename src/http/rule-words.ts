import { getMetadataStorage, type ValidationError, type ValidationOptions } from 'class-validator';

/** What a rule demands, as what follows the member's name: `应为整数`; in English, class-validator's own sentence. */
interface RuleWords {
  readonly zh: string;
  readonly en: string;
}

/** For a rule whose kind alone says too little, such as a pattern. */
export const expects = (zh: string, en: string): ValidationOptions => ({
  message: en,
  context: { zh },
});

type Arguments = readonly unknown[];

/** By the kind of the rule, with the rule's arguments. */
const CHINESE: Readonly<Record<string, (given: Arguments) => string>> = {
  isString: () => '应为字符串',
  isBoolean: () => '应为 true 或 false',
  isInt: () => '应为整数',
  isNumber: ([options]) => {
    const { maxDecimalPlaces: most } = (options ?? {}) as { maxDecimalPlaces?: number };
    return most === undefined ? '应为数字' : `应为数字，最多 ${most} 位小数`;
  },
  isObject: () => '应为对象',
  isArray: () => '应为数组',
  nestedValidation: () => '应为对象',
  isIn: ([values]) => `应为 ${(values as Arguments).join('、')} 之一`,
  min: ([least]) => `不能小于 ${String(least)}`,
  max: ([most]) => `不能大于 ${String(most)}`,
  isLength: ([least, most]) => `长度应为 ${String(least)} 至 ${String(most)} 个字符`,
  maxLength: ([most]) => `最多 ${String(most)} 个字符`,
  arrayMaxSize: ([most]) => `最多 ${String(most)} 项`,
  arrayMinSize: ([least]) => `至少 ${String(least)} 项`,
  arrayUnique: () => '不能有重复的项',
  isDate: () => '应为带时区偏移的 ISO 8601 时间，如 2026-12-01T09:00:00+08:00',
};

export const chineseKnows = (kind: string): boolean => Object.hasOwn(CHINESE, kind);

/** @param kind of the rule that a value has broken, with its message in English */
export function ruleWordsOf(fault: ValidationError, kind: string, en: string): RuleWords {
  const { zh } = (fault.contexts?.[kind] ?? {}) as { zh?: string };
  const given = zh === undefined ? givenTo(fault, kind) : undefined;
  return { zh: zh ?? (given && CHINESE[kind]?.(given)) ?? '取值不合要求', en };
}

function givenTo({ target, property }: ValidationError, kind: string): Arguments | undefined {
  if (target === undefined) return undefined;
  const rules = getMetadataStorage().getTargetValidationMetadatas(
    target.constructor,
    '',
    false,
    false,
  );
  const rule = rules.find(({ propertyName, name }) => propertyName === property && name === kind);
  return rule && ((rule.constraints ?? []) as Arguments);
}
