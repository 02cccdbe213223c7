import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { Card } from "@/ui/card";
import { Erasure } from "./erasure";
import { Exports } from "./exports";
import type { Organization } from "./settings";

/** All that the organization has: taken out, and removed. */
export function Data({ organization }: { organization: Organization }) {
  const { t } = useTranslation("organization");
  const may = useMay();
  return (
    <div className="space-y-6">
      {may("organization:export") && (
        <Card title={t("exports.title")}>
          <p className="mb-3 text-muted">{t("exports.text")}</p>
          <Exports />
        </Card>
      )}
      {may("organization:erase") && (
        <Card title={t("erasure.title")} className="border-bad">
          <Erasure organization={organization} />
        </Card>
      )}
    </div>
  );
}
