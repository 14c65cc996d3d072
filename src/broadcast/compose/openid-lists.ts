/** As many openids as the largest body holds, if they are as short as an openid can be. */
export const OPENID_LISTS = { 'audience.openids': 2_000_000 };
