import { CHANNEL_PATHS } from './channel-paths.js';

const OF_ALL = [
  '/cgi-bin/openapi/quota/get',
  '/cgi-bin/clear_quota',
  '/cgi-bin/get_api_domain_ip',
  '/cgi-bin/callback/check',
  '/wxaapi/newtmpl/gettemplate',
] as const;

/**
 * What the service calls for an account of each kind, beside the token itself: each path has a quota of its own at
 * WeChat. What an account sends by comes first.
 */
export const CALLED_PATHS = {
  service: [
    CHANNEL_PATHS.template,
    CHANNEL_PATHS.bizsend,
    CHANNEL_PATHS['one-time'],
    '/cgi-bin/template/get_all_private_template',
    '/cgi-bin/user/get',
    '/cgi-bin/tags/get',
    '/cgi-bin/user/tag/get',
    '/cgi-bin/tags/members/batchtagging',
    '/cgi-bin/tags/members/batchuntagging',
    '/wxa/sec/queryblocktmplmsg',
    '/cgi-bin/qrcode/create',
    ...OF_ALL,
  ],
  mini_program: [CHANNEL_PATHS.subscribe, ...OF_ALL],
} as const satisfies Readonly<Record<'service' | 'mini_program', readonly string[]>>;
