export const SEND_PATH = '/cgi-bin/message/template/send';
export const SUBSCRIBE_SEND_PATH = '/cgi-bin/message/subscribe/send';
export const BIZSEND_PATH = '/cgi-bin/message/subscribe/bizsend';
export const ONE_TIME_PATH = '/cgi-bin/message/template/subscribe';
export const WXOPEN_SEND_PATH = '/cgi-bin/message/wxopen/template/send';
export const TOKEN_PATH = '/cgi-bin/token';
export const STABLE_TOKEN_PATH = '/cgi-bin/stable_token';
