import { useMutation } from "@tanstack/react-query";
import type { ComponentProps } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./button";
import { Actions, Dialog } from "./dialog";
import { ProblemAlert } from "./problem-alert";

interface Props extends Omit<ComponentProps<typeof Button>, "onClick" | "busy" | "aria-label"> {
  /** What the button does; shown where it has no text of its own. */
  label: string;
  run: () => Promise<unknown>;
}

/** A button whose action needs no question. Why it was refused is shown in a dialog. */
export function ActionButton({ label, run, ...rest }: Props) {
  const { t } = useTranslation();
  const running = useMutation({ mutationFn: run });
  return (
    <>
      <Button {...rest} aria-label={label} title={label} busy={running.isPending} onClick={() => running.mutate()} />
      {running.error && (
        <Dialog title={label} onClose={running.reset}>
          <ProblemAlert error={running.error} />
          <Actions>
            <Button onClick={running.reset}>{t("close")}</Button>
          </Actions>
        </Dialog>
      )}
    </>
  );
}
