import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Loaded } from "@/records/loaded";
import { Card } from "@/ui/card";
import { Progress } from "@/ui/progress";
import { Bytes, Cost, Count } from "@/ui/values";

type Limit = components["schemas"]["OrganizationLimit"];

/** What is used of the plan, and what the organization has stored. */
export function Limits() {
  const { t } = useTranslation("overview");
  return (
    <Card title={t("limits.title")}>
      <Loaded path="/api/v1/organization/usage">
        {({ plan, limits }) => (
          <>
            <p className="mb-3 text-sm text-muted">{t("limits.plan", { plan })}</p>
            <ul className="space-y-3">
              {limits.map((limit) => (
                <Used key={limit.limit} limit={limit} />
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </Card>
  );
}

function Used({ limit: { limit, used, allowed, near } }: { limit: Limit }) {
  const { t } = useTranslation("overview");
  const name = t(`limits.${limit}`);
  return (
    <li>
      <div className="flex flex-wrap justify-between gap-x-2">
        <span>{name}</span>
        <span>
          <Amount limit={limit} value={used} />
          {allowed !== null && <> / <Amount limit={limit} value={allowed} /></>}
        </span>
      </div>
      {allowed !== null && (
        <Progress label={name} value={used} max={allowed} className="mt-1" />
      )}
      {near && <p className="text-sm text-warn">{t("limits.near")}</p>}
    </li>
  );
}

function Amount({ limit, value }: { limit: Limit["limit"]; value: number }) {
  if (limit === "storage_bytes") return <Bytes value={value} />;
  if (limit === "ai_nano_usd_per_month") return <Cost nanoUsd={value} />;
  return <Count value={value} />;
}
