import { useState } from "react";
import { useTranslation } from "react-i18next";
import { queries } from "@/api/queries";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { PermissionList } from "@/records/permission-list";
import { RecordLink } from "@/records/record-link";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { Actions, Dialog } from "@/ui/dialog";
import { Properties } from "@/ui/properties";
import { toast } from "@/ui/toast";
import { Time } from "@/ui/values";
import { KeyState } from "./key-state";
import { revoke } from "./revoke";

/** One key. The API has no path of a single one. */
export function KeyDialog({ apiKey, onClose }: { apiKey: components["schemas"]["ApiKey"]; onClose: () => void }) {
  const { t } = useTranslation("api-keys");
  const may = useMay();
  const [isRevoking, setRevoking] = useState(false);
  async function run() {
    await revoke(apiKey);
    await queries.invalidateQueries({ queryKey: ["/api/v1/api-keys"] });
    toast(t("revoke.toast", { name: apiKey.name }));
    onClose();
  }
  return (
    <Dialog title={apiKey.name} onClose={onClose} size="wide">
      <Properties
        items={[
          [t("state"), <KeyState key="state" apiKey={apiKey} />],
          [t("secret"), <code key="secret">{`${apiKey.prefix}…${apiKey.last_four}`}</code>],
          [t("created_by"), <RecordLink key="by" kind="user" id={apiKey.created_by} />],
          [t("created"), <Time key="created" value={apiKey.created_at} />],
          [t("last_used"), <Time key="used" value={apiKey.last_used_at} />],
          [t("expires"), <Time key="expires" value={apiKey.expires_at} />],
          [t("revoked"), <Time key="revoked" value={apiKey.revoked_at} />],
          [t("role"), apiKey.role ? t(`records:role.${apiKey.role}`) : "–"],
          [
            t("prompts"),
            apiKey.prompt_ids === null ? t("all_prompts") : (
              <ul key="prompts">
                {apiKey.prompt_ids.map((id) => <li key={id}><RecordLink kind="prompt" id={id} /></li>)}
              </ul>
            ),
          ],
        ]}
      />
      {apiKey.permissions && (
        <div className="mt-4">
          <h3 className="mb-2 font-semibold">{t("permissions")}</h3>
          <PermissionList permissions={apiKey.permissions} />
        </div>
      )}
      <Actions>
        <Button onClick={onClose}>{t("common:close")}</Button>
        {may("api_key:revoke") && apiKey.revoked_at === null && (
          <Button kind="danger" onClick={() => setRevoking(true)}>{t("revoke.action")}</Button>
        )}
      </Actions>
      {isRevoking && (
        <Confirm title={t("revoke.title")} action={t("revoke.action")} isDangerous run={run} onClose={() => setRevoking(false)}>
          <p>{t("revoke.text")}</p>
        </Confirm>
      )}
    </Dialog>
  );
}
