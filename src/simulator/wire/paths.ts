export const SEND_PATH = '/cgi-bin/message/template/send';
export const TOKEN_PATH = '/cgi-bin/token';
export const STABLE_TOKEN_PATH = '/cgi-bin/stable_token';
