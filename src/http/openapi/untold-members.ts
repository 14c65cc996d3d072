import { getMetadataStorage } from 'class-validator';

/** `@Allow` and `@IsOptional`. */
const NO_JUDGEMENT = new Set(['whitelistValidation', 'conditionalValidation']);

/** A class whose members Nest's compiler plugin has read. */
interface DescribedClass {
  readonly name: string;
  _OPENAPI_METADATA_FACTORY?(): Readonly<Record<string, unknown>>;
}

interface ValidationStorage {
  readonly validationMetadatas: ReadonlyMap<
    DescribedClass,
    readonly { readonly propertyName: string; readonly type: string }[]
  >;
}

/**
 * Says which members of a body or query are judged and not described, as `Class.member …` in one sentence each. The
 * plugin leaves a member out without a word where it cannot read one of its decorators: a negative number, for one.
 * What is only allowed (`@Allow`) is left untold on purpose.
 */
export function untoldMembers(): string[] {
  const { validationMetadatas } = getMetadataStorage() as unknown as ValidationStorage;
  return [...validationMetadatas].flatMap(([target, metadata]) => {
    const described = target._OPENAPI_METADATA_FACTORY?.();
    if (described === undefined) return [];
    const judged = metadata.filter(({ type }) => !NO_JUDGEMENT.has(type));
    return [...new Set(judged.map(({ propertyName }) => propertyName))]
      .filter((member) => !(member in described))
      .map(
        (member) =>
          `${target.name}.${member} is judged and not described: the compiler plugin could not read its decorators`,
      );
  });
}
