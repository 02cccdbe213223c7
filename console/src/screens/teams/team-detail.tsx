import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLive } from "@/api/use-live";
import { Detail } from "@/records/detail";
import { Loaded } from "@/records/loaded";
import { TeamActions } from "./team-actions";
import { TeamMembers } from "./team-members";

export function TeamDetail() {
  const { t } = useTranslation("teams");
  const { id } = useParams({ strict: false }) as { id: string };
  useLive(["teams"]);
  return (
    <Loaded path="/api/v1/teams/{id}" params={{ path: { id } }}>
      {(team) => (
        <Detail title={team.name} actions={<TeamActions team={team} />} back={{ to: "/teams", label: t("title") }}>
          {team.description && <p className="whitespace-pre-wrap wrap-anywhere">{team.description}</p>}
          <TeamMembers teamId={team.id} />
        </Detail>
      )}
    </Loaded>
  );
}
