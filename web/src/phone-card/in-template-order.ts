/** The values of a message as its template has them; what the template does not know (any more) comes last, as it came. */
export function inTemplateOrder<T>(
  values: Readonly<Record<string, T>>,
  fields: readonly { readonly name: string }[],
): readonly (readonly [name: string, value: T])[] {
  const places = new Map(fields.map(({ name }, place) => [name, place]));
  const placeOf = (name: string): number => places.get(name) ?? fields.length;
  return Object.entries(values).sort(([one], [other]) => placeOf(one) - placeOf(other));
}
