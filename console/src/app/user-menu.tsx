import { CircleUser } from "lucide-react";
import { type ComponentProps, lazy } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import { Button } from "@/ui/button";
import { Deferred } from "./deferred";

const UserMenuItems = lazy(() => import("./user-menu-items").then((module) => ({ default: module.UserMenuItems })));

export interface UserMenuProps {
  openPalette: () => void;
  openHelp: () => void;
}

export const UserMenu = (props: UserMenuProps) => (
  <Deferred button={<UserButton />}>
    <UserMenuItems {...props} />
  </Deferred>
);

export function UserButton(props: ComponentProps<typeof Button>) {
  const { t } = useTranslation();
  const { user } = useMe();
  return (
    <Button {...props} kind="plain" size="icon" aria-label={t("shell.user", { name: user.name })}>
      <CircleUser aria-hidden="true" className="size-5!" />
    </Button>
  );
}
