import { createHash, timingSafeEqual } from 'node:crypto';
import {
  BadRequestException,
  Body,
  Controller,
  ForbiddenException,
  Get,
  Header,
  HttpCode,
  Inject,
  Post,
  Query,
} from '@nestjs/common';
import { parseStringPromise } from 'xml2js';
import { Receipts } from './receipts.js';
import { type PlainServiceSettings, SETTINGS } from './settings.js';

interface PushQuery {
  readonly signature?: string;
  readonly timestamp?: string;
  readonly nonce?: string;
  readonly echostr?: string;
}

interface Push {
  readonly Event?: string;
  readonly MsgID?: string;
  readonly Status?: string;
}

/** What WeChat pushes. It pushes again what is not answered with 200 within five seconds. */
@Controller('wechat/callback')
export class CallbackController {
  readonly #token: string;
  readonly #receipts: Receipts;

  constructor(@Inject(SETTINGS) { callbackToken }: PlainServiceSettings, receipts: Receipts) {
    this.#token = callbackToken;
    this.#receipts = receipts;
  }

  @Get()
  verify(@Query() query: PushQuery): string {
    this.#requireSignature(query);
    return query.echostr ?? '';
  }

  @Post()
  @HttpCode(200)
  @Header('content-type', 'text/plain')
  async receive(@Query() query: PushQuery, @Body() body: string): Promise<string> {
    this.#requireSignature(query);
    const { Event, MsgID, Status } = await readPush(body);
    if (Event === 'TEMPLATESENDJOBFINISH' && MsgID !== undefined && Status !== undefined)
      await this.#receipts.take({ msgid: MsgID, result: Status });
    return 'success';
  }

  #requireSignature({ signature = '', timestamp = '', nonce = '' }: PushQuery): void {
    const expected = createHash('sha1')
      .update([this.#token, timestamp, nonce].toSorted().join(''))
      .digest('hex');
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, Buffer.from(expected)))
      throw new ForbiddenException('the signature is not that of our token');
  }
}

async function readPush(body: string): Promise<Push> {
  try {
    return (await parseStringPromise(body, {
      explicitArray: false,
      explicitRoot: false,
      trim: true,
    })) as Push;
  } catch {
    throw new BadRequestException('the body should be XML, and is not');
  }
}
