import { Plus } from "lucide-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import type { components } from "@/generated/api";
import { RecordTable } from "@/records/record-table";
import { useSearchState } from "@/records/search-state";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Time } from "@/ui/values";
import { CreateRole } from "./create-role";

type Role = components["schemas"]["RoleDefinition"];

export function RoleList() {
  const { t } = useTranslation("roles");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  const create = may("role:create") && (
    <Button kind="primary" data-shortcut="create" onClick={() => setSearch({ dialog: "create" })}>
      <Plus aria-hidden="true" />
      {t("create")}
    </Button>
  );
  const nameOf = ({ name, built_in }: Role) => (built_in ? t(`records:role.${name}`) : name);
  return (
    <Page title={t("title")} actions={create}>
      <RecordTable
        id="roles"
        label={t("title")}
        path="/api/v1/roles"
        topics={["roles"]}
        rowName={({ name }) => name}
        columns={[
          {
            id: "name",
            header: t("name"),
            cell: (role) => (
              <Link to={`/roles/${role.id ?? role.name}` as "/"} className="font-medium text-accent hover:underline">
                {nameOf(role)}
              </Link>
            ),
          },
          { id: "kind", header: t("kind"), cell: ({ built_in }) => <Badge tone={built_in ? "neutral" : "accent"}>{t(built_in ? "built_in" : "custom")}</Badge> },
          { id: "permissions", header: t("permissions"), cell: ({ permissions }) => permissions.length, isNumber: true },
          { id: "description", header: t("description"), cell: ({ description }) => <span className="line-clamp-2">{description ?? "–"}</span> },
          { id: "updated_at", header: t("updated"), cell: ({ updated_at }) => <Time value={updated_at} relative /> },
        ]}
        empty={<EmptyState title={t("title")} actions={create} />}
      />
      {search.dialog === "create" && <CreateRole onClose={() => setSearch({ dialog: undefined })} />}
    </Page>
  );
}
