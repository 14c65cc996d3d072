/** A verb that needs to know nothing more. */
export class VerbDto {}

/** What a start may be given. */
export class StartDto extends VerbDto {}
