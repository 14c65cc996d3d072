// The house of modules: who stands above whom. `.dependency-cruiser.cjs` holds it, `npm run arrows` draws it.

/**
 * From the ground up, one line a floor. A module may import from every floor below its own; modules on one floor
 * do not know each other.
 */
const floors = [
  ['kernel'],
  ['config'],
  ['database', 'redis', 'queue', 'http', 'wechat', 'metrics'],
  ['audit/record'],
  ['access'],
  ['accounts'],
  ['token', 'operators'],
  ['templates', 'followers', 'pacing', 'wechat-auth'],
  ['mini-program', 'checkup', 'uploads'],
  ['audiences', 'channels'],
  ['broadcast/engine'],
  ['broadcast'],
  ['inbox', 'alerts', 'overview', 'dashboard', 'console', 'health', 'audit', 'sandbox'],
];

/**
 * Arrows between neighbours, by a decision: BullMQ runs on Redis or in our database (docs/decisions/0008), and WeChat
 * is called through the same tunnels as everybody (docs/decisions/0023).
 */
const neighbours = { queue: ['redis', 'database'], wechat: ['http'] };

/** The rooms of the large modules, from the ground up as above; what stands beside them in their module is on top. */
const rooms = {
  operators: [
    ['record'],
    ['password', 'attempts', 'second-factor'],
    ['people', 'login'],
    ['oidc'],
    ['self', 'command'],
  ],
  uploads: [['parse'], ['record'], ['receive', 'work']],
  'broadcast/engine': [
    ['record', 'periodic'],
    ['holds'],
    ['breakers', 'send-hours', 'storage', 'receipts', 'rate'],
    ['expand', 'reviews'],
    ['lifecycle', 'send'],
    ['release'],
    ['sweep'],
  ],
  broadcast: [['compose'], ['progress'], ['control', 'deliveries'], ['messages', 'preflight']],
};

module.exports = { floors, neighbours, rooms };
