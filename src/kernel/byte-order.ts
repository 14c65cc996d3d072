/**
 * Compares as PostgreSQL does under `collate "C"`, for texts of ASCII such as openids and uuids in their usual spelling.
 *
 * @returns below 0, 0 or above 0, for `sort`
 */
export const inByteOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
