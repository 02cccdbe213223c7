import { Link, useParams } from "@tanstack/react-router";
import { Trophy } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { useLive } from "@/api/use-live";
import type { components } from "@/generated/api";
import { Detail } from "@/records/detail";
import { Loaded } from "@/records/loaded";
import { EvaluationTable } from "@/screens/evaluations/evaluation-table";
import { Button } from "@/ui/button";
import { DatasetActions } from "./dataset-actions";
import { Items } from "./items";

export function DatasetDetail() {
  const { id } = useParams({ strict: false }) as { id: string };
  useLive(["datasets"]);
  return (
    <Loaded isScreen path="/api/v1/datasets/{id}" params={{ path: { id } }}>
      {(dataset) => <Shown dataset={dataset} />}
    </Loaded>
  );
}

function Shown({ dataset }: { dataset: components["schemas"]["Dataset"] }) {
  const { t } = useTranslation("datasets");
  const may = useMay();
  const evaluations = {
    value: "evaluations",
    label: t("tabs.evaluations"),
    content: <EvaluationTable id="dataset-evaluations" query={{ dataset_id: dataset.id }} />,
  };
  return (
    <Detail
      title={dataset.name}
      actions={
        <>
          {may("evaluation:read") && (
            <Button asChild>
              <Link to="/leaderboards" search={{ dataset: dataset.id } as never}>
                <Trophy aria-hidden="true" />
                {t("leaderboard")}
              </Link>
            </Button>
          )}
          <DatasetActions dataset={dataset} />
        </>
      }
      back={{ to: "/datasets", label: t("title") }}
      tabsLabel={t("tabs.label")}
      tabs={[
        { value: "items", label: t("tabs.items", { count: dataset.items }), content: <Items dataset={dataset} /> },
        ...(may("evaluation:read") ? [evaluations] : []),
      ]}
    >
      {dataset.description && <p className="max-w-prose whitespace-pre-wrap text-muted wrap-anywhere">{dataset.description}</p>}
    </Detail>
  );
}
