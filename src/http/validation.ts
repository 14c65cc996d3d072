import { type ArgumentMetadata, ValidationPipe, type ValidationError } from '@nestjs/common';
import { DomainError, type FieldFault } from '../kernel/domain-error.js';
import { putBack, setAside } from './long-lists.js';
import { reservedNames } from './reserved-names.js';

/** Who sends a thousand faults reads the first of them; an answer must not outgrow its request. */
const MOST_FAULTS = 20;

/** Checks every DTO: unknown fields are refused, and the faults are told at once, up to `MOST_FAULTS`. */
export const createValidationPipe = (): ValidationPipe =>
  new BoundedValidationPipe({
    whitelist: true,
    transform: true,
    forbidNonWhitelisted: true,
    exceptionFactory: (faults) =>
      misfit(withNearMisses(faults.flatMap((fault) => fieldFaultsOf(fault, '')))),
  });

const misfit = (errors: readonly FieldFault[]): DomainError =>
  new DomainError('invalid', 'invalid_request', 'the request does not fit', {
    errors: errors.slice(0, MOST_FAULTS),
  });

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
  const own = constraint === undefined ? [] : [fieldFaultOf(path, fault.value, ...constraint)];
  return [...own, ...(fault.children ?? []).flatMap((child) => fieldFaultsOf(child, path))];
}

/** `template_id` beside a missing `templateId` is that one, written otherwise. */
function withNearMisses(faults: readonly FieldFault[]): FieldFault[] {
  const missing = faults.filter(({ code }) => code === 'required').map(({ path }) => path);
  return faults.map((fault) => {
    const meant = missing.find((path) => plain(path) === plain(fault.path));
    if (fault.code !== 'unknown_field' || meant === undefined) return fault;
    const message = `没有这个字段，应为 ${meant}。 There is no such field: it is called ${meant}.`;
    return { ...fault, message };
  });
}

const plain = (path: string): string => path.replaceAll(/[_-]/g, '').toLowerCase();

function fieldFaultOf(path: string, value: unknown, name: string, message: string): FieldFault {
  if (name === 'whitelistValidation') {
    return { path, code: 'unknown_field', message: '没有这个字段。 There is no such field.' };
  }
  if (value === undefined) {
    return { path, code: 'required', message: `缺少 ${path}。 ${path} is required (${message}).` };
  }
  return { path, code: name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), message };
}
