import { UserPlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { queries } from "@/api/queries";
import { useMay } from "@/api/session";
import { Form } from "@/forms/form";
import { RecordField } from "@/records/record-field";
import { RecordLink } from "@/records/record-link";
import { RecordTable } from "@/records/record-table";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { EmptyState } from "@/ui/empty-state";
import { Time } from "@/ui/values";

const PATH = "/api/v1/teams/{id}/members";
const PLACE = "/api/v1/teams/{id}/members/{user_id}";

export function TeamMembers({ teamId }: { teamId: string }) {
  const { t } = useTranslation("teams");
  const mayChange = useMay()("team:update");
  const [isAdding, setAdding] = useState(false);
  const place = (user_id: string) => ({ params: { path: { id: teamId, user_id } } });
  async function add({ user_id }: { user_id: string }) {
    await answer(api.PUT(PLACE, place(user_id)));
    await queries.invalidateQueries({ queryKey: [PATH] });
    setAdding(false);
  }
  const button = mayChange && (
    <Button kind="primary" onClick={() => setAdding(true)}>
      <UserPlus aria-hidden="true" />
      {t("members.add")}
    </Button>
  );
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-lg font-semibold">{t("members.title")}</h2>
        {button}
      </div>
      <RecordTable
        id="team-members"
        label={t("members.title")}
        path={PATH}
        params={{ path: { id: teamId } }}
        rowName={({ user_id }) => user_id}
        columns={[
          { id: "name", header: t("name"), cell: ({ user_id }) => <RecordLink kind="user" id={user_id} /> },
          { id: "created_at", header: t("members.since"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at" },
        ]}
        bulk={
          mayChange
            ? [
                {
                  label: t("members.remove"),
                  question: (count) => t("members.bulk", { count }),
                  isDangerous: true,
                  run: ({ user_id }) => answer(api.DELETE(PLACE, place(user_id))),
                },
              ]
            : []
        }
        empty={
          <EmptyState title={t("members.empty")} example={{ method: "PUT", path: `/api/v1/teams/${teamId}/members/USER_ID` }}>
            {t("members.empty_text")}
          </EmptyState>
        }
      />
      {isAdding && (
        <Dialog title={t("members.add")} onClose={() => setAdding(false)}>
          <Form rules={{ user_id: { required: true } }} values={{ user_id: "" }} submit={add} action={t("members.add")} onCancel={() => setAdding(false)}>
            <RecordField name="user_id" kind="user" label={t("members.member")} />
          </Form>
        </Dialog>
      )}
    </>
  );
}
