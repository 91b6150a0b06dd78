/** All numbers of the document, with its texts. Those from 605 on belong to its payments, which it does not show. */
export const statuses = {
  200: '成功',
  500: '内部错误',
  601: '卡不可用',
  602: '卡不存在',
  603: '卡挂失',
  604: '卡作废',
  605: '卡余额不足',
  606: '卡付款码超时',
  607: '积分不足',
  608: '礼品不可用',
  701: '支付成功',
  702: '支付确认失败',
  703: '支付状态未知',
  704: '付款码超时',
  801: '流水号重复',
  901: '未日结',
  902: '日结进行中',
  903: '日结中断',
  904: '日结完成',
  905: '日结金额发生变化',
  1001: '无法购买',
  1002: '已售罄',
  1003: '支付超时',
} as const

export type Status = keyof typeof statuses
