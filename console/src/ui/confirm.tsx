import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./button";
import { Actions, Dialog } from "./dialog";
import { ProblemAlert } from "./problem-alert";

interface Props {
  title: string;
  /** What happens, and whether it can be undone. */
  children: ReactNode;
  /** The verb on the button. */
  action: string;
  isDangerous?: boolean;
  run: () => Promise<unknown>;
  /** Called when it is done, and when the user leaves. */
  onClose: () => void;
}

/** Asks before an action, runs it, and shows why it was refused. */
export function Confirm({ title, children, action, isDangerous, run, onClose }: Props) {
  const { t } = useTranslation();
  const running = useMutation({ mutationFn: run, onSuccess: onClose });
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="space-y-3">
        {children}
        <ProblemAlert error={running.error} />
      </div>
      <Actions>
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button kind={isDangerous ? "danger" : "primary"} busy={running.isPending} onClick={() => running.mutate()}>
          {action}
        </Button>
      </Actions>
    </Dialog>
  );
}
