import { Link, useParams } from "@tanstack/react-router";
import { FlaskConical } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { useLive } from "@/api/use-live";
import type { components } from "@/generated/api";
import { Detail } from "@/records/detail";
import { Loaded } from "@/records/loaded";
import { ExecutionTable } from "@/screens/executions/execution-table";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Editor } from "./editor";
import { Labels } from "./labels";
import { PromptActions } from "./prompt-actions";
import { PromptBadge, Tags } from "./prompt-badges";
import { PromptScores } from "./prompt-scores";
import { Run } from "./run";
import { Versions } from "./versions";

export function PromptDetail() {
  const { id } = useParams({ strict: false }) as { id: string };
  useLive(["prompts"]);
  return (
    <Loaded isScreen path="/api/v1/prompts/{id}" params={{ path: { id } }}>
      {(prompt) => <Shown key={id} prompt={prompt} />}
    </Loaded>
  );
}

function Shown({ prompt }: { prompt: components["schemas"]["Prompt"] }) {
  const { t } = useTranslation("prompts");
  const may = useMay();
  const executed = [
    { value: "scores", label: t("tabs.scores"), content: <PromptScores id={prompt.id} /> },
    { value: "executions", label: t("tabs.executions"), content: <ExecutionTable id="prompt-executions" query={{ prompt_id: prompt.id }} /> },
  ];
  return (
    <Detail
      title={prompt.name}
      badges={
        <>
          <PromptBadge isActive={prompt.is_active} />
          {prompt.release_gate && <Badge tone="accent">{t("gate.badge")}</Badge>}
          <Tags tags={prompt.tags} />
        </>
      }
      actions={
        <>
          {may("evaluation:create") && may("execution:create") && (
            <Button asChild>
              <Link to="/evaluations" search={{ dialog: "create", prompt: prompt.id } as never}>
                <FlaskConical aria-hidden="true" />
                {t("evaluate")}
              </Link>
            </Button>
          )}
          <PromptActions prompt={prompt} />
        </>
      }
      back={{ to: "/prompts", label: t("title") }}
      tabsLabel={t("tabs.label")}
      tabs={[
        { value: "editor", label: t("tabs.editor"), content: <Editor prompt={prompt} /> },
        { value: "run", label: t("tabs.run"), content: <Run prompt={prompt} /> },
        { value: "versions", label: t("tabs.versions", { number: prompt.versions }), content: <Versions prompt={prompt} /> },
        { value: "labels", label: t("tabs.labels"), content: <Labels prompt={prompt} /> },
        ...(may("execution:read") ? executed : []),
      ]}
    >
      {prompt.description && <p className="max-w-prose whitespace-pre-wrap text-muted wrap-anywhere">{prompt.description}</p>}
    </Detail>
  );
}
