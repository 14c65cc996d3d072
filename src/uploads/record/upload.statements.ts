import type { HotStatement } from '../../database/hot-sql.js';

/** $1 upload, $2 openid behind which the page begins, $3 rows */
export const ROWS_AFTER: HotStatement = {
  name: 'upload-rows',
  text: `
    select openid, line, cells from upload_row
    where upload_id = $1 and openid > $2 order by openid limit $3`,
};

/** The failed rows of one page of the import. $1 upload, $2 the last row of the page before */
export const FAILURES_AFTER: HotStatement = {
  name: 'upload-failures',
  text: `
    select upto, body from upload_failure
    where upload_id = $1 and upto > $2 order by upto limit 1`,
};

/** One look into the key for each, whatever the planner knows of a table that is just being filled. */
export const LINES_OF: HotStatement = {
  name: 'upload-lines-of',
  text: `
    select found.openid, found.line from unnest($2::text[]) asked(openid)
    cross join lateral (
      select r.openid, r.line from upload_row r
      where r.upload_id = $1 and r.openid = asked.openid collate "C" limit 1
    ) found`,
};

/**
 * Moves the cursor of an import, of whoever has taken it up.
 * $1 upload, $2 turn, $3 cursor, $4 next cursor, $5 usable, $6 failed, $7 duplicates, $8 followers
 */
export const ADVANCE: HotStatement = {
  name: 'upload-advance',
  text: `
    update upload set rows = $4, usable = usable + $5, failed = failed + $6,
      duplicates = duplicates + $7, followers = followers + $8, alive_at = clock_now(), tries = 0
    where id = $1 and turn = $2 and rows = $3 and state = 'importing' and removed_at is null
    returning id`,
};

/** In the order of the key, as every statement that locks many rows. */
export const PUT_ROWS: HotStatement = {
  name: 'upload-put-rows',
  text: `
    insert into upload_row (upload_id, openid, line, cells)
    select $1, u.openid, u.line, u.cells::jsonb
    from unnest($2::text[], $3::integer[], $4::text[]) u(openid, line, cells)
    order by u.openid collate "C"`,
};

/** $1 upload, $2 the last row of the page, $3 how many, $4 one JSON a line */
export const PUT_FAILURES: HotStatement = {
  name: 'upload-put-failures',
  text: `insert into upload_failure (upload_id, upto, rows, body) values ($1, $2, $3, $4)`,
};

/**
 * By ranges of the key: a page that is found by anything else reads what is left anew each time, 16 s instead of 1 s for
 * a million rows.
 */
export const CLEAR_ROWS: HotStatement = {
  name: 'upload-clear-rows',
  text: `
    delete from upload_row where upload_id = $1 and openid <= (
      select max(openid) from (
        select openid from upload_row where upload_id = $1 order by openid limit 10000
      ) page
    ) returning 1 as gone`,
};

/** $1 upload */
export const CLEAR_FAILURES: HotStatement = {
  name: 'upload-clear-failures',
  text: `
    delete from upload_failure where upload_id = $1 and upto <= (
      select max(upto) from (
        select upto from upload_failure where upload_id = $1 order by upto limit 100
      ) page
    ) returning 1 as gone`,
};
