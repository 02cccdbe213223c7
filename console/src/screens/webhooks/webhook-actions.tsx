import { useNavigate } from "@tanstack/react-router";
import { Ellipsis, Pencil, Send } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { Menu, MenuItem } from "@/ui/menu";
import { SecretDialog } from "@/ui/secret";
import { toast } from "@/ui/toast";
import { EditWebhook } from "./edit-webhook";
import { ReplayEvents } from "./replay-events";

type Open = "edit" | "test" | "toggle" | "rotate" | "replay" | "delete";

export function WebhookActions({ webhook }: { webhook: components["schemas"]["WebhookState"] }) {
  const { t } = useTranslation("webhooks");
  const may = useMay();
  const navigate = useNavigate();
  const [open, setOpen] = useState<Open>();
  const [secret, setSecret] = useState<string>();
  const close = () => setOpen(undefined);
  const path = { id: webhook.id };
  const params = { path, header: ifMatch(webhook) };
  const toggleKey = webhook.enabled && webhook.paused === null ? "disable" : "enable";
  const reread = () => queries.invalidateQueries({ predicate: ({ queryKey: [key] }) => String(key).startsWith("/api/v1/webhooks") });

  async function test() {
    const { id } = await answer(api.POST("/api/v1/webhooks/{id}/test", { params: { path } }));
    await navigate({ to: `/webhooks/${webhook.id}/deliveries/${id}` as "/" });
  }
  async function toggle() {
    await answer(api.PATCH("/api/v1/webhooks/{id}", { params, body: { enabled: toggleKey === "enable" } }));
    await reread();
  }
  async function rotate() {
    const rotated = await answer(api.POST("/api/v1/webhooks/{id}/rotate-secret", { params }));
    setSecret(rotated.secret ?? "");
    await queries.invalidateQueries(read("/api/v1/webhooks/{id}", { path }));
  }
  async function remove() {
    await answer(api.DELETE("/api/v1/webhooks/{id}", { params }));
    toast(t("delete.toast"));
    await navigate({ to: "/webhooks" as "/" });
  }
  const confirmed = {
    test: { run: test, isDangerous: false, key: "test" },
    toggle: { run: toggle, isDangerous: false, key: toggleKey },
    rotate: { run: rotate, isDangerous: true, key: "rotate" },
    delete: { run: remove, isDangerous: true, key: "delete" },
  };
  const asked = open && open in confirmed ? confirmed[open as keyof typeof confirmed] : undefined;

  return (
    <>
      {may("webhook:update") && (
        <>
          <Button onClick={() => setOpen("test")}><Send aria-hidden="true" />{t("test.action")}</Button>
          <Button onClick={() => setOpen("edit")}><Pencil aria-hidden="true" />{t("common:edit")}</Button>
        </>
      )}
      {(may("webhook:update") || may("webhook:delete")) && (
        <Menu trigger={<Button size="icon" aria-label={t("more")}><Ellipsis aria-hidden="true" /></Button>}>
          {may("webhook:update") && (
            <>
              <MenuItem onSelect={() => setOpen("toggle")}>{t(`${toggleKey}.action`)}</MenuItem>
              <MenuItem onSelect={() => setOpen("rotate")}>{t("rotate.action")}</MenuItem>
              <MenuItem onSelect={() => setOpen("replay")}>{t("replay.action")}</MenuItem>
            </>
          )}
          {may("webhook:delete") && <MenuItem isDangerous onSelect={() => setOpen("delete")}>{t("common:remove")}</MenuItem>}
        </Menu>
      )}
      {asked && (
        <Confirm title={t(`${asked.key}.title`)} action={t(`${asked.key}.action`)} isDangerous={asked.isDangerous} run={asked.run} onClose={close}>
          <p>{t(`${asked.key}.text`)}</p>
        </Confirm>
      )}
      {open === "edit" && <EditWebhook webhook={webhook} onClose={close} />}
      {open === "replay" && <ReplayEvents webhook={webhook} onClose={close} />}
      {secret !== undefined && (
        <SecretDialog title={t("rotate.done")} label={t("secret")} secret={secret} onClose={() => setSecret(undefined)} />
      )}
    </>
  );
}
