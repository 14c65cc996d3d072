import {
  Body,
  Controller,
  Get,
  HttpCode,
  HttpStatus,
  Param,
  Patch,
  Post,
  Query,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { requireCaller } from '../../access/require-caller.js';
import { Needs } from '../../access/needs.decorator.js';
import { PageQuery } from '../../http/cursor.js';
import { Operation } from '../../http/openapi/operation.decorator.js';
import { OperatorIdPipe } from './operator-id.pipe.js';
import {
  CreateOperatorDto,
  type MadeOperatorView,
  type OperatorPageView,
  type OperatorView,
  ResetPasswordDto,
  toOperatorView,
  UpdateOperatorDto,
} from './operators.dto.js';
import { type MadeOperator, OperatorsService } from './operators.service.js';

/** People who may come in. Whoever manages some accounts sees those whose rights lie within these. */
@ApiTags('operators')
@Controller('v1/operators')
@Needs('operator.manage')
export class OperatorsController {
  readonly #operators: OperatorsService;

  constructor(operators: OperatorsService) {
    this.#operators = operators;
  }

  /** Lists operators, in the order in which they were made. You see those whose rights lie within yours. */
  @Get()
  @Operation('listOperators', { 400: ['cursor_invalid'] })
  async list(@Query() { after, limit }: PageQuery): Promise<OperatorPageView> {
    const { items, next } = await this.#operators.list(requireCaller(), after, limit);
    return { items: items.map(toOperatorView), next };
  }

  /** Makes an operator. The password, given or made, is changed at the first login. */
  @Post()
  @Operation('createOperator', {
    example: {
      login: 'han.meimei',
      name: '韩梅梅',
      grants: [{ appids: ['wx0123456789abcdef'], role: 'sender' }],
    },
    403: ['grant_exceeds_yours'],
    409: ['login_taken'],
    422: ['weak_password', 'account_not_found'],
    503: ['too_many_logins'],
  })
  async create(@Body() draft: CreateOperatorDto): Promise<MadeOperatorView> {
    return toMadeView(await this.#operators.create(requireCaller(), draft));
  }

  /** Shows an operator. One whose rights reach further than yours is not there for you. */
  @Get(':id')
  @Operation('getOperator', { 404: ['operator_not_found'] })
  async show(@Param('id', OperatorIdPipe) id: number): Promise<OperatorView> {
    return toOperatorView(await this.#operators.requireOperator(requireCaller(), id));
  }

  /** Changes an operator. New rights, and none for who is disabled, act in every process within ten seconds. */
  @Patch(':id')
  @Operation('updateOperator', {
    example: { grants: [{ appids: null, role: 'viewer' }] },
    403: ['grant_exceeds_yours'],
    404: ['operator_not_found'],
    409: ['last_admin'],
    422: ['account_not_found'],
  })
  async change(
    @Param('id', OperatorIdPipe) id: number,
    @Body() change: UpdateOperatorDto,
  ): Promise<OperatorView> {
    return toOperatorView(await this.#operators.change(requireCaller(), id, change));
  }

  /** Gives an operator a one-time password. Their sessions end, and they choose a new password at the next login. */
  @Post(':id/one-time-password')
  @Operation('resetOperatorPassword', {
    example: { withoutTotp: false },
    404: ['operator_not_found'],
    503: ['too_many_logins'],
  })
  @HttpCode(HttpStatus.OK)
  async resetPassword(
    @Param('id', OperatorIdPipe) id: number,
    @Body() { withoutTotp = false }: ResetPasswordDto,
  ): Promise<MadeOperatorView> {
    const reset = await this.#operators.resetPassword(requireCaller(), id, { withoutTotp });
    return toMadeView(reset);
  }
}

const toMadeView = ({ operator, oneTimePassword }: MadeOperator): MadeOperatorView => ({
  operator: toOperatorView(operator),
  oneTimePassword,
});
