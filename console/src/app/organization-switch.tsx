import { ChevronsUpDown } from "lucide-react";
import { type ComponentProps, lazy } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import { Button } from "@/ui/button";
import { Deferred } from "./deferred";

const OrganizationMenu = lazy(() =>
  import("./organization-menu").then((module) => ({ default: module.OrganizationMenu })),
);

export const OrganizationSwitch = () => (
  <Deferred button={<OrganizationButton />}>
    <OrganizationMenu />
  </Deferred>
);

export function OrganizationButton(props: ComponentProps<typeof Button>) {
  const { t } = useTranslation();
  const { memberships, organization_id } = useMe();
  const { name } = memberships.find((one) => one.organization_id === organization_id) ?? {};
  return (
    <Button {...props} kind="plain" className="min-w-0" aria-label={t("shell.organization", { name })}>
      <span className="max-w-36 truncate font-semibold sm:max-w-64">{name}</span>
      <ChevronsUpDown aria-hidden="true" />
    </Button>
  );
}
