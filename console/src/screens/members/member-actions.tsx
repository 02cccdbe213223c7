import { Ban, ShieldCheck, Undo2, UserMinus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { useMay, useMe } from "@/api/session";
import type { components } from "@/generated/api";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { toast } from "@/ui/toast";
import { ChangeRole } from "./change-role";

type Member = components["schemas"]["Member"];

const parameters = (member: Member) => ({ params: { path: { id: member.user_id }, header: ifMatch(member) } });
export const suspend = (member: Member) => answer(api.POST("/api/v1/members/{id}/suspend", parameters(member)));
export const reactivate = (member: Member) => answer(api.POST("/api/v1/members/{id}/reactivate", parameters(member)));
export const remove = (member: Member) => answer(api.DELETE("/api/v1/members/{id}", parameters(member)));

const ACTIONS = {
  suspend: { icon: Ban, run: suspend, isDangerous: true },
  reactivate: { icon: Undo2, run: reactivate, isDangerous: false },
  remove: { icon: UserMinus, run: remove, isDangerous: true },
};

export function MemberActions({ member, onRemoved }: { member: Member; onRemoved: () => void }) {
  const { t } = useTranslation("members");
  const may = useMay();
  const isSelf = useMe().user.id === member.user_id;
  const [open, setOpen] = useState<keyof typeof ACTIONS | "role">();
  const close = () => setOpen(undefined);
  const shown: (keyof typeof ACTIONS)[] = [];
  if (may("member:update")) shown.push(member.status === "active" ? "suspend" : "reactivate");
  if (may("member:remove") || isSelf) shown.push("remove");
  const textOf = (action: keyof typeof ACTIONS, part: string) => t(`${action === "remove" && isSelf ? "leave" : action}.${part}`);

  async function run(action: keyof typeof ACTIONS) {
    await ACTIONS[action].run(member);
    if (action === "remove") {
      toast(t("remove.toast", { name: member.name }));
      onRemoved();
    } else {
      await queries.invalidateQueries(read("/api/v1/members/{id}", { path: { id: member.user_id } }));
    }
  }
  return (
    <>
      {may("member:update") && (
        <Button onClick={() => setOpen("role")}>
          <ShieldCheck aria-hidden="true" />
          {t("change_role")}
        </Button>
      )}
      {shown.map((action) => {
        const Icon = ACTIONS[action].icon;
        return (
          <Button key={action} onClick={() => setOpen(action)}>
            <Icon aria-hidden="true" />
            {textOf(action, "action")}
          </Button>
        );
      })}
      {open === "role" && <ChangeRole member={member} onClose={close} />}
      {open !== undefined && open !== "role" && (
        <Confirm
          title={textOf(open, "title")}
          action={textOf(open, "action")}
          isDangerous={ACTIONS[open].isDangerous}
          run={() => run(open)}
          onClose={close}
        >
          <p className="wrap-anywhere">{member.name}</p>
          <p>{textOf(open, "text")}</p>
        </Confirm>
      )}
    </>
  );
}
