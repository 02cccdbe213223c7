import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import type { components } from "@/generated/api";
import { Loaded } from "@/records/loaded";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { ProblemAlert } from "@/ui/problem-alert";
import { Properties } from "@/ui/properties";
import { SecretDialog } from "@/ui/secret";
import { Time } from "@/ui/values";
import { EndFactor } from "./end-factor";
import { SetUpFactor } from "./set-up-factor";

const PATH = "/api/v1/me/second-factor";

export function SecondFactor() {
  const { t } = useTranslation("account");
  return (
    <Card title={t("factor.title")}>
      <p className="mb-3 text-muted">{t("factor.text")}</p>
      <Loaded path={PATH} lines={3}>{(factor) => <Shown factor={factor} />}</Loaded>
    </Card>
  );
}

function Shown({ factor }: { factor: components["schemas"]["SecondFactor"] }) {
  const { t } = useTranslation("account");
  const [codes, setCodes] = useState<readonly string[]>();
  const [isEnding, setEnding] = useState(false);
  const beginning = useMutation({ mutationFn: () => answer(api.POST(PATH)) });
  const renewing = useMutation({
    mutationFn: () => answer(api.POST(`${PATH}/recovery-codes`)),
    onSuccess: ({ recovery_codes }) => show(recovery_codes),
  });
  function show(recovery_codes: readonly string[]) {
    beginning.reset();
    setCodes(recovery_codes);
    void queries.invalidateQueries(read(PATH));
  }
  return (
    <div className="space-y-3">
      <Properties
        items={[
          [t("factor.state"), <Badge key="state" tone={factor.is_on ? "good" : "warn"}>{t(factor.is_on ? "factor.on" : "factor.off")}</Badge>],
          ...(factor.is_on
            ? ([
                [t("factor.since"), <Time key="since" value={factor.confirmed_at} />],
                [t("factor.codes_left"), factor.recovery_codes],
              ] as const)
            : []),
        ]}
      />
      <div className="flex flex-wrap gap-2">
        {factor.is_on ? (
          <>
            <Button busy={renewing.isPending} onClick={() => renewing.mutate()}>{t("factor.renew")}</Button>
            <Button onClick={() => setEnding(true)}>{t("factor.end")}</Button>
          </>
        ) : (
          <Button kind="primary" busy={beginning.isPending} onClick={() => beginning.mutate()}>{t("factor.begin")}</Button>
        )}
      </div>
      <ProblemAlert error={beginning.error ?? renewing.error} />
      {beginning.data && <SetUpFactor begun={beginning.data} onConfirmed={show} onClose={beginning.reset} />}
      {isEnding && <EndFactor onClose={() => setEnding(false)} />}
      {codes && (
        <SecretDialog title={t("factor.codes")} label={t("factor.codes_text")} secret={codes.join("\n")} onClose={() => setCodes(undefined)} />
      )}
    </div>
  );
}
