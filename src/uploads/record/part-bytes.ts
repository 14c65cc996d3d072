/** So much of a file is in one row of `upload_part`, and in our memory. The last part of a file is shorter. */
export const PART_BYTES = 1024 * 1024;
