import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { RecordLink } from "@/records/record-link";
import { Card } from "@/ui/card";
import { CodeBlock } from "@/ui/code-block";
import { jsonText } from "@/ui/diff";
import { Properties } from "@/ui/properties";
import { Count, Time } from "@/ui/values";
import { TIMEOUTS } from "./model-fields";

export function ModelProperties({ model }: { model: components["schemas"]["Model"] }) {
  const { t } = useTranslation("models");
  const hasConfig = Object.keys(model.config).length > 0;
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <Card title={t("tabs.model")}>
        {model.flagged_at && (
          <p role="status" className="mb-3 rounded-md bg-bad-tint p-3">
            {t("flagged.text")} <Time value={model.flagged_at} />
          </p>
        )}
        <Properties
          items={[
            [t("kind"), t(`kinds.${model.kind}`)],
            [t("provider"), t(`providers.${model.provider}`)],
            [t("model_id"), <code key="id">{model.model_id}</code>],
            [t("base_url"), model.base_url ?? t("base_url_default")],
            [t("secret"), model.secret ? <code key="secret">{model.secret}</code> : t("common:none")],
            [t("capabilities.label"), model.capabilities.map((name) => t(`capabilities.${name}`)).join(", ") || "–"],
            [
              t("fallbacks"),
              model.fallbacks.length === 0 ? "–" : (
                <ol key="fallbacks" className="list-inside list-decimal">
                  {model.fallbacks.map((id) => (
                    <li key={id}><RecordLink kind="model" id={id} /></li>
                  ))}
                </ol>
              ),
            ],
            [t("common:record.created"), <Time key="created" value={model.created_at} />],
            [t("common:record.updated"), <Time key="updated" value={model.updated_at} />],
          ]}
        />
      </Card>
      <div className="space-y-4">
        <Card title={t("timeouts")}>
          <Properties items={TIMEOUTS.map((name) => [t(name), <Count key={name} value={model[name]} />])} />
        </Card>
        {hasConfig && <CodeBlock label={t("config")} code={jsonText(model.config)} />}
      </div>
    </div>
  );
}
