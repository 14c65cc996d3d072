import type { Schema } from '../openapi/document.js';
import { type Html, html, marked } from './html.js';

type Schemas = Readonly<Record<string, Schema>>;

export interface Scope {
  readonly schemas: Schemas;
  /** In what is asked for, it is told what must be there; in an answer, what may be absent. */
  readonly isAsked: boolean;
}

const DEEPEST = 8;

/** What a schema has in it, member by member; what a member has in it is behind its name. */
export function schemaView(schema: Schema, scope: Scope, depth = 0): Html {
  const { schemas, isAsked } = scope;
  const { name, shape } = resolved(schema, schemas);
  const choices = shape.oneOf ?? shape.anyOf?.filter(({ type }) => type !== 'null');
  if (choices !== undefined && choices.length > 1)
    return html`<ul class="choices">
      ${choices.map((each) => html`<li>${typeOf(each)}${inside(each, scope, depth)}</li>`)}
    </ul>`;
  if (shape.items !== undefined) return schemaView(shape.items, scope, depth);
  const [only] = choices ?? [];
  if (only !== undefined) return schemaView(only, scope, depth);
  const members = Object.entries(shape.properties ?? {});
  if (members.length === 0) return html`<p class="quiet">${name ?? typeOf(shape)}</p>`;
  return html`<dl class="members">
    ${members.map(([member, each]) => {
      const needed = shape.required?.includes(member) === true;
      return html`<dt>
          <code>${member}</code>
          <span class="type">${typeOf(each)}</span>
          ${needed && isAsked && html`<span class="needed">必填 required</span>`}
          ${!needed && !isAsked && html`<span class="quiet">可缺 optional</span>`}
          ${each['deprecated'] === true && html`<span class="quiet">已弃用 deprecated</span>`}
        </dt>
        <dd>${marked(each.description ?? '')}${limitsOf(each)}${inside(each, scope, depth)}</dd>`;
    })}
  </dl>`;
}

/** Folded, so that a page begins with what everybody needs. */
function inside(schema: Schema, scope: Scope, depth: number): Html {
  const { name, shape } = resolved(unwrapped(schema), scope.schemas);
  if (depth >= DEEPEST || (shape.properties === undefined && shape.oneOf === undefined))
    return html``;
  return html`<details>
    <summary>${name ?? '成员 members'}</summary>
    ${schemaView(shape, scope, depth + 1)}
  </details>`;
}

/** The schema of an item, or of what may be null. */
function unwrapped(schema: Schema): Schema {
  if (schema.items !== undefined) return unwrapped(schema.items);
  const others = schema.anyOf?.filter(({ type }) => type !== 'null') ?? [];
  return others.length === 1 && others[0] !== undefined ? unwrapped(others[0]) : schema;
}

function resolved(schema: Schema, schemas: Schemas): { name?: string; shape: Schema } {
  const name = schema.$ref?.split('/').at(-1);
  const found = name === undefined ? undefined : schemas[name];
  return name === undefined || found === undefined ? { shape: schema } : { name, shape: found };
}

/** `string | null`, `integer`, `list of HoldView`. */
export function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1) ?? '';
  if (schema.items !== undefined)
    return `list of ${typeOf(schema.items)}${[schema.type].flat().includes('null') ? ' | null' : ''}`;
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices !== undefined) return choices.map((each) => typeOf(each)).join(' | ');
  const types = [schema.type ?? 'any'].flat().join(' | ');
  return schema.format === undefined ? types : `${types} (${schema.format})`;
}

function limitsOf(schema: Schema): Html {
  const { minimum, maximum, minLength, maxLength, maxItems, pattern } = schema;
  const said = [
    schema.enum !== undefined && [
      '其一 one of',
      schema.enum.map((each) => JSON.stringify(each)).join(', '),
    ],
    schema.default !== undefined && ['默认 default', JSON.stringify(schema.default)],
    (minimum ?? maximum) !== undefined && ['范围 range', `${minimum ?? '…'} – ${maximum ?? '…'}`],
    (minLength ?? maxLength) !== undefined && [
      '长度 length',
      `${minLength ?? 0} – ${maxLength ?? '…'}`,
    ],
    maxItems !== undefined && ['最多 at most', String(maxItems)],
    pattern !== undefined && ['形式 pattern', pattern],
  ].filter((each) => each !== false);
  if (said.length === 0) return html``;
  return html`<p class="limits">
    ${said.map(([what, value]) => html`<span>${what} <code>${value}</code></span> `)}
  </p>`;
}
