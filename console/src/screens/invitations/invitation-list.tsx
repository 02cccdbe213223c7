import { MailPlus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import type { components } from "@/generated/api";
import { RecordLink } from "@/records/record-link";
import { RecordTable } from "@/records/record-table";
import { useRoleName } from "@/records/roles";
import { useSearchState } from "@/records/search-state";
import { Badge, type Tone } from "@/ui/badge";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Time } from "@/ui/values";
import { CreateInvitation } from "./create-invitation";
import { revoke } from "./revoke";
import { RevokeInvitation } from "./revoke-invitation";

type Invitation = components["schemas"]["Invitation"];

const TONES: Record<Invitation["status"], Tone> = { pending: "accent", accepted: "good", expired: "warn", revoked: "neutral" };

export function InvitationList() {
  const { t } = useTranslation("invitations");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  const roleName = useRoleName();
  const create = may("invitation:create") && (
    <Button kind="primary" data-shortcut="create" onClick={() => setSearch({ dialog: "create" })}>
      <MailPlus aria-hidden="true" />
      {t("create")}
    </Button>
  );
  return (
    <Page title={t("title")} actions={create}>
      <RecordTable
        id="invitations"
        label={t("title")}
        path="/api/v1/invitations"
        topics={["invitations"]}
        rowName={({ email }) => email}
        columns={[
          { id: "email", header: t("email"), cell: ({ email }) => email },
          { id: "role", header: t("role"), cell: (invitation) => roleName(invitation) },
          { id: "status", header: t("status"), cell: ({ status }) => <Badge tone={TONES[status]}>{t(`statuses.${status}`)}</Badge> },
          { id: "invited_by", header: t("invited_by"), cell: ({ invited_by }) => <RecordLink kind="user" id={invited_by} /> },
          { id: "created_at", header: t("created"), cell: ({ created_at }) => <Time value={created_at} relative />, sort: "created_at" },
          { id: "expires_at", header: t("expires"), cell: ({ expires_at }) => <Time value={expires_at} /> },
          ...(may("invitation:revoke")
            ? [
                {
                  id: "revoke",
                  header: t("revoke.action"),
                  cell: (invitation: Invitation) => invitation.status === "pending" && <RevokeInvitation invitation={invitation} />,
                },
              ]
            : []),
        ]}
        filters={[{ kind: "days", from: "created_after", until: "created_before", label: t("created") }]}
        bulk={
          may("invitation:revoke")
            ? [{ label: t("revoke.title"), question: (count) => t("revoke.bulk", { count }), run: revoke, isDangerous: true }]
            : []
        }
        empty={
          <EmptyState
            title={t("empty.title")}
            actions={create}
            example={{ method: "POST", path: "/api/v1/invitations", body: { email: "grace@example.com", role: "member" } }}
          >
            {t("empty.text")}
          </EmptyState>
        }
      />
      {search.dialog === "create" && <CreateInvitation onClose={() => setSearch({ dialog: undefined })} />}
    </Page>
  );
}
