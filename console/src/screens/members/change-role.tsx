import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import type { components } from "@/generated/api";
import { ChangeDialog } from "@/records/change-dialog";
import { roleIn, valueOf } from "@/records/held-role";
import { RoleField } from "@/records/roles";

type Member = components["schemas"]["Member"];

export function ChangeRole({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation("members");
  const path = { id: member.user_id };
  return (
    <ChangeDialog<Member>
      title={t("change_role")}
      record={member}
      labels={{ role: t("role"), role_id: t("custom_role") }}
      rules={{ role: { required: true } }}
      values={(shown) => ({ role: valueOf(shown) })}
      fields={({ role }) => roleIn(role as string)}
      current={() => queries.fetchQuery({ ...read("/api/v1/members/{id}", { path }), staleTime: 0 })}
      send={async (body, version) => {
        await answer(api.PATCH("/api/v1/members/{id}", { params: { path, header: ifMatch({ version }) }, body }));
        await queries.invalidateQueries(read("/api/v1/members/{id}", { path }));
      }}
      onClose={onClose}
    >
      <RoleField name="role" label={t("role")} withoutOwner={member.kind === "service"} />
    </ChangeDialog>
  );
}
