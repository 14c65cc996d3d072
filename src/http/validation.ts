import { type ArgumentMetadata, ValidationPipe, type ValidationError } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import { DomainError, type FieldFault } from '../kernel/domain-error.js';
import { putBack, setAside } from './long-lists.js';
import { meantBy } from './near-names.js';
import { reservedNames } from './reserved-names.js';

/** Who sends a thousand faults reads the first of them; an answer must not outgrow its request. */
const MOST_FAULTS = 20;

/** Checks every DTO: unknown fields are refused, and the faults are told at once, up to `MOST_FAULTS`. */
export const createValidationPipe = (): ValidationPipe =>
  new BoundedValidationPipe({
    whitelist: true,
    transform: true,
    forbidNonWhitelisted: true,
    // Its class knows which members there are; it is never sent.
    validationError: { target: true },
    exceptionFactory: (faults) => misfit(faults.flatMap((fault) => fieldFaultsOf(fault, ''))),
  });

const misfit = (errors: readonly FieldFault[]): DomainError =>
  new DomainError(
    'invalid',
    'invalid_request',
    '请求不合要求，详见 errors。 The request does not fit: see errors.',
    {
      errors: errors.slice(0, MOST_FAULTS),
    },
  );

class BoundedValidationPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const lists = metadata.type === 'body' ? setAside(value) : [];
    const reserved = metadata.type === 'body' ? reservedNames(value) : [];
    if (reserved.length > 0) throw misfit(reserved);
    const checked: unknown = await super.transform(value, metadata);
    putBack(checked, lists);
    return checked;
  }
}

/** One fault for each field, under its path from the body's root, such as `audience.openids.3`. */
function fieldFaultsOf(fault: ValidationError, parent: string): FieldFault[] {
  const path = parent === '' ? fault.property : `${parent}.${fault.property}`;
  const [constraint] = Object.entries(fault.constraints ?? {});
  const own = constraint === undefined ? [] : [fieldFaultOf(path, fault, ...constraint)];
  return [...own, ...(fault.children ?? []).flatMap((child) => fieldFaultsOf(child, path))];
}

/** `template_id` where there is a `templateId` is that one, written otherwise. */
function unknownField(path: string, written: string, target: object | undefined): FieldFault {
  const near = target === undefined ? undefined : meantBy(written, membersOf(target));
  if (near === undefined) {
    return { path, code: 'unknown_field', message: '没有这个字段。 There is no such field.' };
  }
  const meant = `${path.slice(0, path.length - written.length)}${near}`;
  const message = `没有这个字段，应为 ${meant}。 There is no such field: it is called ${meant}.`;
  return { path, code: 'unknown_field', message };
}

/** What a DTO's rules know of. */
const membersOf = ({ constructor }: object): string[] =>
  getMetadataStorage()
    .getTargetValidationMetadatas(constructor, '', false, false)
    .map(({ propertyName }) => propertyName);

function fieldFaultOf(
  path: string,
  { value, target, property }: ValidationError,
  name: string,
  message: string,
): FieldFault {
  if (name === 'whitelistValidation') return unknownField(path, property, target);
  if (value === undefined) {
    return { path, code: 'required', message: `缺少 ${path}。 ${path} is required (${message}).` };
  }
  return { path, code: name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), message };
}
