import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLive } from "@/api/use-live";
import type { components } from "@/generated/api";
import { Detail } from "@/records/detail";
import { Loaded } from "@/records/loaded";
import { RecordLink } from "@/records/record-link";
import { Badge } from "@/ui/badge";
import { Card } from "@/ui/card";
import { CodeBlock } from "@/ui/code-block";
import { jsonText } from "@/ui/diff";
import { Properties } from "@/ui/properties";
import { Count, Time } from "@/ui/values";
import { FIELDS } from "./definition";
import { EvaluatorActions } from "./evaluator-actions";

type Evaluator = components["schemas"]["Evaluator"];

export function EvaluatorDetail() {
  const { id } = useParams({ strict: false }) as { id: string };
  useLive(["evaluators"]);
  return (
    <Loaded isScreen path="/api/v1/evaluators/{id}" params={{ path: { id } }}>
      {(evaluator) => <Shown evaluator={evaluator} />}
    </Loaded>
  );
}

function Shown({ evaluator }: { evaluator: Evaluator }) {
  const { t } = useTranslation("evaluators");
  const { definition } = evaluator;
  const fields = FIELDS[definition.kind].filter((field) => field !== "schema");
  return (
    <Detail
      title={evaluator.name}
      badges={<Badge>{t(`kinds.${definition.kind}`)}</Badge>}
      actions={<EvaluatorActions evaluator={evaluator} />}
      back={{ to: "/evaluators", label: t("title") }}
    >
      {evaluator.description && <p className="max-w-prose whitespace-pre-wrap text-muted wrap-anywhere">{evaluator.description}</p>}
      <Card title={t("definition")}>
        <p className="mb-3">{t(`explained.${definition.kind}`)}</p>
        <Properties
          items={[
            ...fields.map((field) => [t(field), <FieldValue key={field} field={field} definition={definition} />] as const),
            [t("number"), <Count key="number" value={evaluator.number} />],
            [t("common:record.created"), <Time key="created" value={evaluator.created_at} />],
            [t("common:record.updated"), <Time key="updated" value={evaluator.updated_at} />],
          ]}
        />
      </Card>
      {definition.schema && <CodeBlock label={t("schema")} code={jsonText(definition.schema)} />}
    </Detail>
  );
}

interface FieldProps {
  field: (typeof FIELDS)[keyof typeof FIELDS][number];
  definition: Evaluator["definition"];
}

function FieldValue({ field, definition }: FieldProps) {
  const { t } = useTranslation("evaluators");
  if (field === "model_id") return <RecordLink kind="model" id={definition.model_id} />;
  if (field === "prompt_id") return <RecordLink kind="prompt" id={definition.prompt_id} />;
  if (field === "ignore_case") return definition.ignore_case ? t("common:yes") : t("common:no");
  if (field === "pattern") return <code className="wrap-anywhere">{definition.pattern}</code>;
  const value = definition[field];
  return typeof value === "number" ? <Count value={value} /> : "–";
}
