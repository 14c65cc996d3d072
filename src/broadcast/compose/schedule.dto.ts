import { PolicyCanaryDto, PolicyHoursDto } from '../../accounts/account-policy.dto.js';

/** The hours of the day at which it sends; from 22:00 to 06:00 is over midnight. */
export class SendHoursDto extends PolicyHoursDto {}

/** How many receive it first, before the others wait for what becomes of them. Either member. */
export class CanaryDto extends PolicyCanaryDto {}
