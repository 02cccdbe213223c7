import { useState } from "react";
import { useTranslation } from "react-i18next";
import { queries } from "@/api/queries";
import type { components } from "@/generated/api";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { revoke } from "./revoke";

export function RevokeInvitation({ invitation }: { invitation: components["schemas"]["Invitation"] }) {
  const { t } = useTranslation("invitations");
  const [isOpen, setOpen] = useState(false);
  async function run() {
    await revoke(invitation);
    await queries.invalidateQueries({ queryKey: ["/api/v1/invitations"] });
  }
  return (
    <>
      <Button size="small" aria-label={t("revoke.one", { email: invitation.email })} onClick={() => setOpen(true)}>
        {t("revoke.action")}
      </Button>
      {isOpen && (
        <Confirm title={t("revoke.title")} action={t("revoke.action")} isDangerous run={run} onClose={() => setOpen(false)}>
          <p className="wrap-anywhere">{invitation.email}</p>
          <p>{t("revoke.text")}</p>
        </Confirm>
      )}
    </>
  );
}
