import { Bot, MailPlus } from "lucide-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import builtIn from "@/generated/values/Role";
import { RecordTable } from "@/records/record-table";
import { useRoleName, useRoles } from "@/records/roles";
import { useSearchState } from "@/records/search-state";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Time } from "@/ui/values";
import { CreateServiceAccount } from "./create-service-account";
import { reactivate, remove, suspend } from "./member-actions";
import { MemberStatus } from "./member-status";

export function MemberList() {
  const { t } = useTranslation("members");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  const roleName = useRoleName();
  const roles = useRoles();
  const custom = roles.filter(({ value }) => !(builtIn as readonly string[]).includes(value));
  const labelOf = (value: string) => roles.find((role) => role.value === value)?.label ?? value;
  const actions = (
    <>
      {may("member:update") && (
        <Button onClick={() => setSearch({ dialog: "create" })}>
          <Bot aria-hidden="true" />
          {t("create")}
        </Button>
      )}
      {may("invitation:create") && (
        <Button asChild kind="primary" data-shortcut="create">
          <Link to={"/invitations" as "/"} search={{ dialog: "create" }}>
            <MailPlus aria-hidden="true" />
            {t("invite")}
          </Link>
        </Button>
      )}
    </>
  );
  return (
    <Page title={t("title")} actions={actions}>
      <RecordTable
        id="members"
        label={t("title")}
        path="/api/v1/members"
        topics={["members"]}
        rowLink={({ user_id }) => ({ to: "/members/$id", params: { id: user_id } })}
        rowName={({ name, email }) => (email === null ? name : `${name} (${email})`)}
        columns={[
          { id: "name", header: t("name"), cell: ({ name }) => name },
          { id: "email", header: t("email"), cell: ({ email }) => email ?? "–" },
          { id: "role", header: t("role"), cell: (member) => roleName(member) },
          { id: "status", header: t("status"), cell: (member) => <MemberStatus member={member} /> },
          { id: "created_at", header: t("since"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at" },
        ]}
        filters={[
          { kind: "set", name: "role", label: t("role"), values: builtIn, text: labelOf },
          ...(custom.length > 0
            ? [
                {
                  kind: "choice" as const,
                  name: "role_id",
                  label: t("custom_role"),
                  values: custom.map(({ value }) => value),
                  text: labelOf,
                  none: t("custom_role"),
                },
              ]
            : []),
          { kind: "days", from: "created_after", until: "created_before", label: t("since") },
        ]}
        bulk={[
          ...(may("member:update")
            ? [
                { label: t("suspend.action"), question: (count: number) => t("suspend.bulk", { count }), run: suspend, isDangerous: true },
                { label: t("reactivate.action"), question: (count: number) => t("reactivate.bulk", { count }), run: reactivate },
              ]
            : []),
          ...(may("member:remove")
            ? [{ label: t("remove.action"), question: (count: number) => t("remove.bulk", { count }), run: remove, isDangerous: true }]
            : []),
        ]}
        empty={<EmptyState title={t("title")} />}
      />
      {search.dialog === "create" && <CreateServiceAccount onClose={() => setSearch({ dialog: undefined })} />}
    </Page>
  );
}
