import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { Button } from "@/ui/button";
import { CodeBlock } from "@/ui/code-block";
import { Confirm } from "@/ui/confirm";
import { toast } from "@/ui/toast";

type Domain = components["schemas"]["OrganizationDomain"];

export function DomainActions({ domain }: { domain: Domain }) {
  const { t } = useTranslation("organization");
  const mayChange = useMay()("sso:update");
  const [open, setOpen] = useState<"verify" | "remove">();
  const close = () => setOpen(undefined);
  const params = { path: { id: domain.id }, header: ifMatch(domain) };
  const reread = () => queries.invalidateQueries({ queryKey: ["/api/v1/organization/domains"] });
  async function verify() {
    await answer(api.POST("/api/v1/organization/domains/{id}/verify", { params }));
    toast(t("domains.proven_toast", { domain: domain.domain }));
    await reread();
  }
  async function remove() {
    await answer(api.DELETE("/api/v1/organization/domains/{id}", { params }));
    await reread();
  }
  if (!mayChange) return null;
  return (
    <span className="flex flex-wrap gap-2">
      {domain.verified_at === null && (
        <Button size="small" aria-label={`${t("domains.prove")}: ${domain.domain}`} onClick={() => setOpen("verify")}>{t("domains.prove")}</Button>
      )}
      <Button size="small" aria-label={`${t("common:remove")}: ${domain.domain}`} onClick={() => setOpen("remove")}>{t("common:remove")}</Button>
      {open === "verify" && (
        <Confirm title={t("domains.prove_title", { domain: domain.domain })} action={t("domains.prove")} run={verify} onClose={close}>
          <p>{t("domains.prove_text")}</p>
          <CodeBlock label={t("domains.record_name")} code={domain.record_name} />
          <CodeBlock label={t("domains.record_value")} code={domain.record_value} />
        </Confirm>
      )}
      {open === "remove" && (
        <Confirm title={t("domains.remove_title", { domain: domain.domain })} action={t("common:remove")} isDangerous run={remove} onClose={close}>
          <p>{t("domains.remove_text")}</p>
        </Confirm>
      )}
    </span>
  );
}
