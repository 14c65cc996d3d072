import { type Schema, within } from './document.js';
import { inOneLine } from './finished-operation.js';

/** Members that are moments, whatever class they are of. */
const MOMENT = /(?:At|Until)$|^(?:at|asOf|since|until|notBefore|notAfter)$/;

/** The only numbers that are not whole. */
const FRACTIONS = new Set([
  'percent',
  'ratePerSecond',
  'allowedPerSecond',
  'share',
  'rate',
  'allowed',
]);

/** What the names of members say and the classes do not: moments, whole numbers, what may be left out. */
export function finishSchema(schema: Schema): void {
  for (const each of within(schema)) {
    if (each.description !== undefined) each.description = inOneLine(each.description);
    for (const [name, member] of Object.entries(each.properties ?? {})) {
      if (MOMENT.test(name) && isOf('string', member) && member.enum === undefined)
        member.format = 'date-time';
      if (!FRACTIONS.has(name)) for (const part of within(member)) makeWhole(part);
      if (member.default !== undefined) tellDefault(each, name, member);
    }
  }
}

/** In a body that changes something, what is left out stays: there is no default. */
export function withoutDefaults(schema: Schema): void {
  for (const each of within(schema)) delete each.default;
}

const isOf = (type: string, schema: Schema): boolean => [schema.type].flat().includes(type);

function makeWhole(schema: Schema): void {
  if (Array.isArray(schema.type))
    schema.type = schema.type.map((each) => (each === 'number' ? 'integer' : each));
  else if (schema.type === 'number') schema.type = 'integer';
}

/** In words, as generators of clients take a member with a default for one that is always there. */
function tellDefault(schema: Schema, name: string, member: Schema): void {
  const said = `Left out: \`${JSON.stringify(member.default).replaceAll('"', '')}\`.`;
  member.description = [member.description, said].filter(Boolean).join(' ');
  delete member.default;
  const required = schema.required?.filter((each) => each !== name) ?? [];
  if (required.length > 0) schema.required = required;
  else delete schema.required;
}
