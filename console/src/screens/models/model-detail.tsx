import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLive } from "@/api/use-live";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { Detail } from "@/records/detail";
import { Loaded } from "@/records/loaded";
import { ExecutionTable } from "@/screens/executions/execution-table";
import { ModelActions } from "./model-actions";
import { ModelBadges } from "./model-badges";
import { ModelPrices } from "./model-prices";
import { ModelProperties } from "./model-properties";

export function ModelDetail() {
  const { id } = useParams({ strict: false }) as { id: string };
  useLive(["models"]);
  return (
    <Loaded isScreen path="/api/v1/models/{id}" params={{ path: { id } }}>
      {(model) => <Shown model={model} />}
    </Loaded>
  );
}

function Shown({ model }: { model: components["schemas"]["Model"] }) {
  const { t } = useTranslation("models");
  const may = useMay();
  const executions = {
    value: "executions",
    label: t("tabs.executions"),
    content: <ExecutionTable id="model-executions" query={{ model_id: model.id }} />,
  };
  return (
    <Detail
      title={model.name}
      badges={<ModelBadges model={model} />}
      actions={<ModelActions model={model} />}
      back={{ to: "/models", label: t("title") }}
      tabsLabel={t("tabs.label")}
      tabs={[
        { value: "model", label: t("tabs.model"), content: <ModelProperties model={model} /> },
        { value: "prices", label: t("tabs.prices"), content: <ModelPrices model={model} /> },
        ...(may("execution:read") ? [executions] : []),
      ]}
    />
  );
}
