import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { queries } from "@/api/queries";
import { useMay } from "@/api/session";
import { TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/create_organization_domain";
import { RecordTable } from "@/records/record-table";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { EmptyState } from "@/ui/empty-state";
import { Time } from "@/ui/values";
import { DomainActions } from "./domain-actions";

const PATH = "/api/v1/organization/domains";

export function Domains() {
  const { t } = useTranslation("organization");
  const mayChange = useMay()("sso:update");
  const [isClaiming, setClaiming] = useState(false);
  async function claim(body: { domain: string }) {
    await answer(api.POST(PATH, { body }));
    await queries.invalidateQueries({ queryKey: [PATH] });
    setClaiming(false);
  }
  const button = mayChange && (
    <Button onClick={() => setClaiming(true)}>
      <Plus aria-hidden="true" />
      {t("domains.claim")}
    </Button>
  );
  return (
    <div className="space-y-3">
      <RecordTable
        id="organization-domains"
        prefix="domains."
        label={t("domains.title")}
        path={PATH}
        rowName={({ domain }) => domain}
        columns={[
          { id: "domain", header: t("domains.domain"), cell: ({ domain }) => domain },
          {
            id: "status",
            header: t("domains.status"),
            cell: ({ verified_at }) => <Badge tone={verified_at ? "good" : "warn"}>{t(verified_at ? "domains.proven" : "domains.claimed")}</Badge>,
          },
          { id: "verified_at", header: t("domains.proven_at"), cell: ({ verified_at }) => <Time value={verified_at} /> },
          { id: "actions", header: t("domains.actions"), cell: (domain) => <DomainActions domain={domain} /> },
        ]}
        empty={
          <EmptyState title={t("domains.empty")} example={{ method: "POST", path: PATH, body: { domain: "example.com" } }} />
        }
      />
      {button}
      {isClaiming && (
        <Dialog title={t("domains.claim")} onClose={() => setClaiming(false)}>
          <Form rules={rules} values={{ domain: "" }} submit={claim} action={t("domains.claim")} onCancel={() => setClaiming(false)}>
            <TextField name="domain" label={t("domains.domain")} hint={t("domains.hint")} />
          </Form>
        </Dialog>
      )}
    </div>
  );
}
