export function Series(_: unknown) {
  return null;
}
