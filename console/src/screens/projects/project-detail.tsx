import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { useLive } from "@/api/use-live";
import type { components } from "@/generated/api";
import { Comments } from "@/records/comments/comments";
import { Detail } from "@/records/detail";
import { EventStream } from "@/records/event-stream";
import { Loaded } from "@/records/loaded";
import { Card } from "@/ui/card";
import { Properties } from "@/ui/properties";
import { Day, Time } from "@/ui/values";
import { ProjectActions } from "./project-actions";
import { ProjectContracts } from "./project-contracts";
import { ProjectDocuments } from "./project-documents";
import { ProjectFinances } from "./project-finances";
import { ProjectStatus } from "./project-status";

export function ProjectDetail() {
  const { id } = useParams({ strict: false }) as { id: string };
  useLive([`projects/${id}`]);
  return (
    <Loaded isScreen path="/api/v1/projects/{id}" params={{ path: { id } }}>
      {(project) => <Shown project={project} />}
    </Loaded>
  );
}

function Shown({ project }: { project: components["schemas"]["Project"] }) {
  const { t } = useTranslation("projects");
  const may = useMay();
  const { id } = project;
  const tabs = [
    { value: "timeline", isShown: may("event:read"), content: <EventStream topics={[`projects/${id}`]} /> },
    { value: "documents", isShown: may("document:read"), content: <ProjectDocuments projectId={id} /> },
    { value: "contracts", isShown: may("contract:read"), content: <ProjectContracts projectId={id} /> },
    { value: "finances", isShown: may("report:read"), content: <ProjectFinances projectId={id} /> },
    { value: "comments", isShown: may("comment:read"), content: <Comments subject="project" id={id} /> },
  ];
  return (
    <Detail
      title={project.name}
      badges={<ProjectStatus status={project.status} />}
      actions={<ProjectActions project={project} />}
      back={{ to: "/projects", label: t("title") }}
      tabsLabel={t("tabs.label")}
      tabs={tabs.filter(({ isShown }) => isShown).map((tab) => ({ ...tab, label: t(`tabs.${tab.value}`) }))}
    >
      <Card>
        <Properties
          items={[
            [t("code"), project.code],
            [t("starts_on"), <Day key="starts_on" value={project.starts_on} />],
            [t("ends_on"), <Day key="ends_on" value={project.ends_on} />],
            [t("created"), <Time key="created" value={project.created_at} />],
            [t("description"), <span key="description" className="whitespace-pre-wrap">{project.description ?? "–"}</span>],
          ]}
        />
      </Card>
    </Detail>
  );
}
