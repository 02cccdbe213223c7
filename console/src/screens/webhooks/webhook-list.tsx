import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import type { components } from "@/generated/api";
import pauses from "@/generated/values/WebhookPause";
import { RecordTable } from "@/records/record-table";
import { useSearchState } from "@/records/search-state";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Time } from "@/ui/values";
import { CreateWebhook } from "./create-webhook";
import { WebhookStatus } from "./webhook-status";

type Webhook = components["schemas"]["Webhook"];

const toggle = (enabled: boolean) => (webhook: Webhook) =>
  answer(api.PATCH("/api/v1/webhooks/{id}", { params: { path: { id: webhook.id }, header: ifMatch(webhook) }, body: { enabled } }));

export function WebhookList() {
  const { t } = useTranslation("webhooks");
  const mayChange = useMay()("webhook:update");
  const mayCreate = useMay()("webhook:create");
  const [search, setSearch] = useSearchState();
  const create = mayCreate && (
    <Button kind="primary" data-shortcut="create" onClick={() => setSearch({ dialog: "create" })}>
      <Plus aria-hidden="true" />
      {t("create")}
    </Button>
  );
  return (
    <Page title={t("title")} actions={create}>
      <RecordTable
        id="webhooks"
        label={t("title")}
        path="/api/v1/webhooks"
        topics={["webhooks"]}
        rowLink={({ id }) => ({ to: `/webhooks/${id}` as "/" })}
        rowName={({ url }) => url}
        columns={[
          { id: "url", header: t("url"), cell: ({ url }) => <span className="inline-block max-w-72 truncate align-bottom">{url}</span> },
          { id: "status", header: t("status"), cell: (webhook) => <WebhookStatus paused={webhook.paused} /> },
          { id: "events", header: t("events"), cell: ({ events }) => <code className="line-clamp-2 text-sm">{events.join(", ")}</code> },
          { id: "description", header: t("description"), cell: ({ description }) => <span className="line-clamp-2">{description ?? "–"}</span> },
          { id: "created_at", header: t("created"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at" },
          { id: "updated_at", header: t("updated"), cell: ({ updated_at }) => <Time value={updated_at} relative />, sort: "updated_at", isHidden: true },
        ]}
        filters={[
          { kind: "set", name: "paused", label: t("paused.label"), values: pauses, text: (value) => t(`paused.${value}`) },
          { kind: "days", from: "created_after", until: "created_before", label: t("created") },
        ]}
        bulk={
          mayChange
            ? [
                { label: t("enable.action"), question: (count) => t("enable.bulk", { count }), run: toggle(true) },
                { label: t("disable.action"), question: (count) => t("disable.bulk", { count }), run: toggle(false) },
              ]
            : []
        }
        empty={
          <EmptyState
            title={t("empty.title")}
            actions={create}
            example={{ method: "POST", path: "/api/v1/webhooks", body: { url: "https://example.com/hooks/plinth", events: ["project.*"] } }}
          >
            {t("empty.text")}
          </EmptyState>
        }
      />
      {search.dialog === "create" && <CreateWebhook onClose={() => setSearch({ dialog: undefined })} />}
    </Page>
  );
}
