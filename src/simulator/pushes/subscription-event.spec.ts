import { subscriptionEventText } from './subscription-event.js';

const head = { ToUserName: 'gh_1', FromUserName: 'o1', CreateTime: 1_620_963_428 };
const first = { TemplateId: 'T1', SubscribeStatusString: 'accept', PopupScene: 2 };
const second = { TemplateId: 'T2', SubscribeStatusString: 'reject', PopupScene: 2 };

describe('the text of a subscription event', () => {
  it('a subscription event has in XML one List for each item, in an element named after the event', () => {
    const text = subscriptionEventText('xml', head, 'subscribe_msg_popup_event', [first, second]);
    expect(text).toBe(
      '<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o1]]></FromUserName><CreateTime>1620963428</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[subscribe_msg_popup_event]]></Event><SubscribeMsgPopupEvent><List><TemplateId><![CDATA[T1]]></TemplateId><SubscribeStatusString><![CDATA[accept]]></SubscribeStatusString><PopupScene>2</PopupScene></List><List><TemplateId><![CDATA[T2]]></TemplateId><SubscribeStatusString><![CDATA[reject]]></SubscribeStatusString><PopupScene>2</PopupScene></List></SubscribeMsgPopupEvent></xml>',
    );
  });

  it('a subscription event has in JSON a single item without an array, and numbers as texts', () => {
    const item = { TemplateId: 'T1', MsgID: 1_864_323_726_461_255_680n, ErrorCode: 0 };
    expect(subscriptionEventText('json', head, 'subscribe_msg_sent_event', [item])).toBe(
      '{"ToUserName":"gh_1","FromUserName":"o1","CreateTime":"1620963428","MsgType":"event","Event":"subscribe_msg_sent_event","List":{"TemplateId":"T1","MsgID":"1864323726461255680","ErrorCode":"0"}}',
    );
  });

  it('a subscription event has in JSON an array of several items', () => {
    const text = subscriptionEventText('json', head, 'subscribe_msg_popup_event', [first, second]);
    expect((JSON.parse(text) as { List: unknown }).List).toEqual([
      { ...first, PopupScene: '2' },
      { ...second, PopupScene: '2' },
    ]);
  });
});
