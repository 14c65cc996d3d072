import {
  type ArgumentMetadata,
  type Type,
  ValidationPipe,
  type ValidationError,
} from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import { both } from '../kernel/bilingual.js';
import { DomainError, type FieldFault } from '../kernel/domain-error.js';
import { putBack, setAside } from './long-lists.js';
import { ruleWordsOf } from './rule-words.js';
import { unknownField } from './unknown-field.js';

/** Faults in one answer: it must not outgrow its request. */
const MAX_FAULTS = 20;

/** Checks every DTO: unknown fields are refused, and the faults are told at once, up to `MAX_FAULTS`. */
export const createValidationPipe = (): ValidationPipe =>
  new BoundedValidationPipe({
    whitelist: true,
    transform: true,
    forbidNonWhitelisted: true,
    // The class of the target tells which members there are; the target is never sent.
    validationError: { target: true },
    exceptionFactory: (faults) => misfit(faults.flatMap((fault) => fieldFaultsOf(fault, ''))),
  });

/** What Nest and class-transformer drop from a body without a word. */
const RESERVED_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/** Members that no request of ours has, and that would be dropped before they could be refused. */
function reservedNames(value: unknown, parent = ''): FieldFault[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    const path = parent === '' ? name : `${parent}.${name}`;
    return RESERVED_NAMES.has(name) ? [unknownField(path, name, [])] : reservedNames(member, path);
  });
}

const misfit = (errors: readonly FieldFault[]): DomainError =>
  new DomainError(
    'invalid',
    'invalid_request',
    both('请求不合要求，详见 errors。', 'The request does not fit: see errors.'),
    { errors: errors.slice(0, MAX_FAULTS) },
  );

class BoundedValidationPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    refuseOtherThanObject(value, metadata);
    const lists = metadata.type === 'body' ? setAside(value) : [];
    const reserved = metadata.type === 'body' ? reservedNames(value) : [];
    if (reserved.length > 0) throw misfit(reserved);
    const checked: unknown = await super.transform(value, metadata);
    putBack(checked, lists);
    return checked;
  }
}

/** A list or a number would else get one fault for each member that it lacks. A missing body does get those. */
function refuseOtherThanObject(value: unknown, { type, metatype }: ArgumentMetadata): void {
  if (type !== 'body' || value === undefined || value === null) return;
  if (metatype === undefined || membersOf(metatype).length === 0) return;
  if (typeof value === 'object' && !Array.isArray(value)) return;
  const message = both('请求体应为 JSON 对象。', 'The body must be a JSON object.');
  throw misfit([{ path: '', code: 'is_object', message }]);
}

/** One fault for each field, under its path from the body's root, such as `audience.openids.3`. */
function fieldFaultsOf(fault: ValidationError, parent: string): FieldFault[] {
  const path = parent === '' ? fault.property : `${parent}.${fault.property}`;
  const [constraint] = Object.entries(fault.constraints ?? {});
  const own = constraint === undefined ? [] : [fieldFaultOf(path, fault, ...constraint)];
  return [...own, ...(fault.children ?? []).flatMap((child) => fieldFaultsOf(child, path))];
}

/** The members that have rules in a DTO. */
const membersOf = (dto: Type): string[] =>
  getMetadataStorage()
    .getTargetValidationMetadatas(dto, '', false, false)
    .map(({ propertyName }) => propertyName);

function fieldFaultOf(
  path: string,
  fault: ValidationError,
  name: string,
  message: string,
): FieldFault {
  const { value, target, property } = fault;
  if (name === 'whitelistValidation')
    return unknownField(
      path,
      property,
      target === undefined ? [] : membersOf(target.constructor as Type),
    );
  const { zh, en } = ruleWordsOf(fault, name, message);
  if (value === undefined) {
    return {
      path,
      code: 'required',
      message: both(`缺少 ${path}（${zh}）。`, `${path} is required (${en}).`, { path }),
    };
  }
  const code = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return { path, code, message: both(`${property} ${zh}。`, en, { property }) };
}
