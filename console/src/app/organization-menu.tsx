import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import { Dialog } from "@/ui/dialog";
import { Menu, MenuChoices } from "@/ui/menu";
import { ProblemAlert } from "@/ui/problem-alert";
import { OrganizationButton } from "./organization-switch";
import { switchOrganization } from "./session-end";

export function OrganizationMenu() {
  const { t } = useTranslation();
  const { memberships, organization_id } = useMe();
  const switching = useMutation({ mutationFn: switchOrganization });
  return (
    <>
      <Menu align="start" startsOpen trigger={<OrganizationButton busy={switching.isPending} />}>
        <MenuChoices
          label={t("shell.switch")}
          value={organization_id}
          options={memberships.map(({ organization_id: value, name }) => ({ value, label: name }))}
          onChange={(chosen) => switching.mutate(chosen)}
        />
      </Menu>
      {switching.error && (
        <Dialog title={t("shell.switch")} onClose={switching.reset}>
          <ProblemAlert error={switching.error} />
        </Dialog>
      )}
    </>
  );
}
