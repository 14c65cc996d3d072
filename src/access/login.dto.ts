import { IsOptional, IsString, MaxLength } from 'class-validator';

export class LoginDto {
  @IsString()
  @MaxLength(512)
  key!: string;

  /** Where to go afterwards: a path of this installation. */
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  next?: string;
}
