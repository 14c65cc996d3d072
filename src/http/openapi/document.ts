/** An OpenAPI 3.1 document, as far as we look into it. */
export interface Document {
  openapi: string;
  info: { title: string; version: string; description?: string };
  servers?: { url: string; description?: string }[];
  tags?: { readonly name: string; readonly description: string }[];
  security?: Security;
  paths: Record<string, Record<string, OperationObject>>;
  components: { schemas: Record<string, Schema>; [kind: string]: unknown };
}

type Security = Record<string, string[]>[];

/** JSON Schema 2020-12. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  description?: string;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  pattern?: string;
  additionalProperties?: boolean | Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  [keyword: string]: unknown;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  example?: string | number;
  schema?: Schema;
}

export type Content = Record<string, { schema?: Schema; example?: unknown }>;

export interface Response {
  description: string;
  content?: Content;
}

export interface OperationObject {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  security?: Security;
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, Response>;
  [extension: `x-${string}`]: unknown;
}

export interface Place {
  readonly path: string;
  readonly method: string;
  readonly operation: OperationObject;
}

export const placesOf = ({ paths }: Document): Place[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

/** The schemas that a schema is made of, itself first; what it refers to by name is not followed. */
export function* within(schema: Schema): Generator<Schema> {
  yield schema;
  const parts = [
    schema.items,
    schema.additionalProperties,
    ...Object.values(schema.properties ?? {}),
  ];
  for (const part of [
    ...parts,
    ...(schema.allOf ?? []),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
  ])
    if (typeof part === 'object') yield* within(part);
}
