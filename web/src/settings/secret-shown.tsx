import { CopyButton } from '../format/copy-button';

/** Shown once: large enough to be read out, with a button to copy it. */
export function SecretShown({
  label,
  secret,
}: {
  readonly label: string;
  readonly secret: string;
}) {
  return (
    <div className="secret-shown">
      <p className="quiet small">{label}</p>
      <p>
        <span className="code">{secret}</span> <CopyButton text={secret} />
      </p>
    </div>
  );
}
