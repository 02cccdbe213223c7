import { useTranslation } from "react-i18next";
import { useLive } from "@/api/use-live";
import { Card } from "@/ui/card";
import { Connection } from "./connection";
import { Domains } from "./domains";

/** The organization's own provider of identities, and the domains whose addresses it logs in. */
export function SignOn() {
  const { t } = useTranslation("organization");
  useLive(["organization_domains", "sso_connections"]);
  return (
    <div className="space-y-6">
      <Card title={t("domains.title")}>
        <p className="mb-3 text-muted">{t("domains.text")}</p>
        <Domains />
      </Card>
      <Card title={t("sso.title")}>
        <p className="mb-3 text-muted">{t("sso.text")}</p>
        <Connection />
      </Card>
    </div>
  );
}
