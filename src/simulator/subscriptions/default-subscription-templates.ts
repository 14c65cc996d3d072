import type { TemplateText } from '../templates/template.js';

/** What a fresh account may ask people's leave for: once with plain fields, once with an enum, and for long. */
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
