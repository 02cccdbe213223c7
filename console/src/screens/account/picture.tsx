import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, send } from "@/api/client";
import { errorOf } from "@/api/problem";
import { useMe } from "@/api/session";
import { Avatar } from "@/ui/avatar";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { DropZone } from "@/ui/drop-zone";
import { ProblemAlert } from "@/ui/problem-alert";

const ACCEPTED = "image/png,image/jpeg,image/webp";

async function put(file: File): Promise<void> {
  const request = new Request(`${location.origin}/api/v1/me/avatar`, {
    method: "PUT",
    headers: { "Content-Type": file.type || "application/octet-stream" },
    body: file,
  });
  const response = await send(request);
  if (!response.ok) throw errorOf(response, await response.json().catch(() => undefined));
}

export function Picture() {
  const { t } = useTranslation("account");
  const { user } = useMe();
  const [version, setVersion] = useState(0);
  const onSuccess = () => setVersion(version + 1);
  const giving = useMutation({ mutationFn: put, onSuccess });
  const removing = useMutation({ mutationFn: () => answer(api.DELETE("/api/v1/me/avatar")), onSuccess });
  return (
    <Card title={t("picture.title")}>
      <div className="flex flex-wrap items-center gap-4">
        <Avatar userId={user.id} name={t("picture.title")} version={version} />
        <div className="min-w-0 flex-1 space-y-3">
          <DropZone
            label={t(giving.isPending ? "picture.sending" : "picture.choose")}
            hint={t("picture.hint")}
            accept={ACCEPTED}
            onFiles={([file]) => file && giving.mutate(file)}
          />
          <Button size="small" busy={removing.isPending} onClick={() => removing.mutate()}>{t("picture.remove")}</Button>
        </div>
      </div>
      <ProblemAlert error={giving.error ?? removing.error} />
    </Card>
  );
}
