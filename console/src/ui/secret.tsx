import { useTranslation } from "react-i18next";
import { Button } from "./button";
import { CodeBlock } from "./code-block";
import { Actions, Dialog } from "./dialog";

interface Props {
  title: string;
  /** What the secret is. */
  label: string;
  secret: string;
  onClose: () => void;
}

/** Shows a secret that the server shows once. */
export function SecretDialog({ title, label, secret, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog title={title} onClose={onClose}>
      <p className="mb-3">{t("secret.once")}</p>
      <CodeBlock label={label} code={secret} />
      <Actions>
        <Button kind="primary" onClick={onClose}>{t("close")}</Button>
      </Actions>
    </Dialog>
  );
}
