import { IsOptional, IsString, MaxLength, ValidateIf } from 'class-validator';

/** Of a form without a script: a login and a password, or a key. */
export class LoginFormDto {
  @ValidateIf(({ key }: LoginFormDto) => key === undefined)
  @IsString()
  @MaxLength(256)
  login?: string;

  @ValidateIf(({ key }: LoginFormDto) => key === undefined)
  @IsString()
  @MaxLength(1_024)
  password?: string;

  @IsOptional()
  @IsString()
  @MaxLength(64)
  code?: string;

  @IsOptional()
  @IsString()
  @MaxLength(512)
  key?: string;

  /** Where to go afterwards: a path of this installation. */
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  next?: string;
}
