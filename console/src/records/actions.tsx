import { type LucideIcon, MoreHorizontal } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { Menu, MenuItem } from "@/ui/menu";
import { toast } from "@/ui/toast";

/** Something that a user can do with a record. */
export interface Action {
  label: string;
  icon: LucideIcon;
  isShown: boolean;
  isDangerous?: boolean;
  /** It is a button; the others are in a menu. */
  isFirst?: boolean;
  /** What is asked before it runs. */
  question?: ReactNode;
  /** What is said when it is done. */
  done?: string;
  run: () => unknown;
}

/** The actions of a record: those that come first are buttons, the others are in a menu. */
export function Actions({ actions }: { actions: readonly Action[] }) {
  const { t } = useTranslation("records");
  const [asked, setAsked] = useState<Action>();
  const shown = actions.filter(({ isShown }) => isShown);
  const inMenu = shown.filter(({ isFirst }) => !isFirst);
  const choose = (action: Action) => (action.question === undefined ? void action.run() : setAsked(action));
  return (
    <>
      {shown
        .filter(({ isFirst }) => isFirst)
        .map((action) => (
          <Button key={action.label} onClick={() => choose(action)}>
            <action.icon aria-hidden="true" />
            {action.label}
          </Button>
        ))}
      {inMenu.length > 0 && (
        <Menu
          trigger={
            <Button size="icon" aria-label={t("more_actions")}>
              <MoreHorizontal aria-hidden="true" />
            </Button>
          }
        >
          {inMenu.map((action) => (
            <MenuItem key={action.label} isDangerous={action.isDangerous ?? false} onSelect={() => choose(action)}>
              <action.icon aria-hidden="true" />
              {action.label}
            </MenuItem>
          ))}
        </Menu>
      )}
      {asked && (
        <Confirm
          title={asked.label}
          action={asked.label}
          isDangerous={asked.isDangerous ?? false}
          run={async () => {
            await asked.run();
            if (asked.done) toast(asked.done);
          }}
          onClose={() => setAsked(undefined)}
        >
          {typeof asked.question === "string" ? <p>{asked.question}</p> : asked.question}
        </Confirm>
      )}
    </>
  );
}
