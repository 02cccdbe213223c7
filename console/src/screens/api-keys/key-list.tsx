import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import type { components } from "@/generated/api";
import { RecordLink } from "@/records/record-link";
import { RecordTable } from "@/records/record-table";
import { useSearchState } from "@/records/search-state";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { LinkButton } from "@/ui/link-button";
import { Time } from "@/ui/values";
import { CreateKey } from "./create-key";
import { KeyDialog } from "./key-dialog";
import { KeyState } from "./key-state";
import { revoke } from "./revoke";

type Key = components["schemas"]["ApiKey"];

export function KeyList() {
  const { t } = useTranslation("api-keys");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  const [shown, setShown] = useState<Key>();
  const create = may("api_key:create") && (
    <Button kind="primary" data-shortcut="create" onClick={() => setSearch({ dialog: "create" })}>
      <KeyRound aria-hidden="true" />
      {t("create")}
    </Button>
  );
  return (
    <Page title={t("title")} actions={create}>
      <RecordTable
        id="api-keys"
        label={t("title")}
        path="/api/v1/api-keys"
        topics={["api_keys"]}
        rowName={({ name, last_four }) => `${name} …${last_four}`}
        columns={[
          {
            id: "name",
            header: t("name"),
            cell: (key) => (
              <LinkButton aria-haspopup="dialog" onClick={() => setShown(key)}>
                {key.name}
              </LinkButton>
            ),
          },
          { id: "secret", header: t("secret"), cell: ({ prefix, last_four }) => <code>{prefix}…{last_four}</code> },
          { id: "state", header: t("state"), cell: (key) => <KeyState apiKey={key} /> },
          {
            id: "allowed",
            header: t("allowed"),
            cell: ({ role, permissions }) => (role ? t(`records:role.${role}`) : t("records:permission.chosen", { count: permissions?.length ?? 0 })),
          },
          { id: "created_by", header: t("created_by"), cell: ({ created_by }) => <RecordLink kind="user" id={created_by} /> },
          { id: "last_used_at", header: t("last_used"), cell: ({ last_used_at }) => <Time value={last_used_at} relative /> },
          { id: "expires_at", header: t("expires"), cell: ({ expires_at }) => <Time value={expires_at} /> },
          { id: "created_at", header: t("created"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at" },
        ]}
        filters={[{ kind: "days", from: "created_after", until: "created_before", label: t("created") }]}
        bulk={
          may("api_key:revoke")
            ? [{ label: t("revoke.action"), question: (count) => t("revoke.bulk", { count }), run: revoke, isDangerous: true }]
            : []
        }
        empty={
          <EmptyState
            title={t("empty.title")}
            actions={create}
            example={{ method: "POST", path: "/api/v1/api-keys", body: { name: "Import", role: "member" } }}
          >
            {t("empty.text")}
          </EmptyState>
        }
      />
      {shown && <KeyDialog apiKey={shown} onClose={() => setShown(undefined)} />}
      {search.dialog === "create" && (
        <CreateKey serviceAccount={search.service_account_id} onClose={() => setSearch({ dialog: undefined, service_account_id: undefined })} />
      )}
    </Page>
  );
}
