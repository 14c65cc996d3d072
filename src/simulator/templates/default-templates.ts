import type { TemplateText } from './template.js';

/** A new account has one template of the closed legacy library, and one for each family of typed fields. */
export const DEFAULT_TEMPLATES: readonly TemplateText[] = [
  {
    title: '课程开课提醒',
    primaryIndustry: '教育',
    deputyIndustry: '培训',
    content:
      '{{first.DATA}} \n讲       师：{{keyword1.DATA}} \n课程名称：{{keyword2.DATA}} \n开始时间：{{keyword3.DATA}} \n结束时间：{{keyword4.DATA}} \n{{remark.DATA}}',
    example:
      '你好 \n讲       师：张三 \n课程名称：微信公众号开发 \n开始时间：2020-11-23 8:00 \n结束时间：2020-11-23 9:00 \n欢迎参加',
  },
  {
    title: '活动报名成功通知',
    primaryIndustry: '教育',
    deputyIndustry: '培训',
    content: '活动名称:{{thing1.DATA}}\n活动时间:{{time2.DATA}}\n活动地点:{{thing3.DATA}}',
    example: '活动名称:秋季公开课\n活动时间:2026年11月28日 19:30\n活动地点:三号楼报告厅',
  },
  {
    title: '订单发货通知',
    primaryIndustry: 'IT科技',
    deputyIndustry: '互联网|电子商务',
    content:
      '商品名称:{{thing1.DATA}}\n发货时间:{{time2.DATA}}\n订单编号:{{character_string3.DATA}}\n订单金额:{{amount4.DATA}}\n联系电话:{{phone_number5.DATA}}',
    example:
      '商品名称:茶叶礼盒\n发货时间:2026-11-21 08:30\n订单编号:SF20261121-0001\n订单金额:¥128.00元\n联系电话:400-123-4567',
  },
  {
    title: '预约结果通知',
    primaryIndustry: '医疗护理',
    deputyIndustry: '保健与卫生',
    content: '预约项目:{{thing2.DATA}}\n预约时间:{{time5.DATA}}\n预约状态:{{const3.DATA}}',
    example: '预约项目:口腔检查\n预约时间:2026-11-23 09:00~10:00\n预约状态:预约成功',
    approved: { const3: ['预约成功', '预约失败', '已取消'] },
  },
  {
    title: '停车缴费提醒',
    primaryIndustry: '交通工具',
    deputyIndustry: '汽车相关',
    content:
      '车牌号码:{{car_number1.DATA}}\n入场时间:{{time3.DATA}}\n停车费用:{{amount2.DATA}}\n缴费状态:{{phrase4.DATA}}',
    example: '车牌号码:粤B12345\n入场时间:2026-11-21 08:30\n停车费用:15元\n缴费状态:待缴费',
  },
];

/** A new account may ask for grants of these templates: with plain fields, with an enum, and for the long term. */
export const DEFAULT_SUBSCRIPTION_TEMPLATES: readonly TemplateText[] = [
  {
    title: '上课提醒',
    content: '课程名称:{{thing1.DATA}}\n上课时间:{{time2.DATA}}\n上课地点:{{thing3.DATA}}\n',
    example: '课程名称:秋季公开课\n上课时间:2026年11月28日 19:30\n上课地点:三号楼报告厅\n',
  },
  {
    title: '会议通知',
    content: '会议时间:{{date2.DATA}}\n会议形式:{{enum_string4.DATA}}\n主持人:{{name1.DATA}}\n',
    example: '会议时间:2026年11月28日\n会议形式:线上\n主持人:张三\n',
    approved: { enum_string4: ['线上', '线下'] },
  },
  {
    title: '学习进度通知',
    content: '课程名称:{{thing1.DATA}}\n完成进度:{{number2.DATA}}\n当前状态:{{phrase3.DATA}}\n',
    example: '课程名称:秋季公开课\n完成进度:80\n当前状态:进行中\n',
    type: 3,
  },
];
