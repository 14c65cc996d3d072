import type { QueueName } from '../queue/queue-names.js';

interface QueueWords {
  readonly zh: string;
  readonly en: string;
}

/** What a job of each queue is, for whoever looks at the board. A new queue does not compile without its words. */
export const QUEUE_WORDS: Readonly<Record<QueueName, QueueWords>> = {
  send: {
    zh: '发送任务的消息：一个作业是一个人的一次发送，做完就删。',
    en: 'Messages of broadcasts: a job is one send to one person, and is gone once it is done.',
  },
  'send-first': {
    zh: '测试和单条消息：不用排在发送任务后面。',
    en: 'Tests and single messages: they do not wait behind broadcasts.',
  },
  expand: {
    zh: '展开受众：为每位接收人写一行，再由放行逐批发送。',
    en: 'Expansion of an audience: a row for each recipient, which release then hands out.',
  },
  work: {
    zh: '要花时间的工作，作业名说明是哪一种；follower-sync：从微信逐页读取粉丝名单。',
    en: 'Work that takes long, of the kind that the name of the job says; follower-sync: reading the list of followers from WeChat, page by page.',
  },
  inbox: {
    zh: '微信推送来的回执和事件，等着写进数据库。数据库不在时会积压，恢复后自己消化。',
    en: 'Receipts and events that WeChat pushed, on their way into the database. They pile up while it is away.',
  },
  forward: {
    zh: '转发给客户自己服务器的推送；最多试约十分钟，失败的留一天。',
    en: "Pushes for the customer's own server: tried for some ten minutes; those that failed stay for a day.",
  },
};
