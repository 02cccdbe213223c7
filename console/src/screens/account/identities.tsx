import { useMutation, useQuery } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import type { components } from "@/generated/api";
import { Loaded } from "@/records/loaded";
import { linkAtProvider } from "@/screens/session/oidc";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { Confirm } from "@/ui/confirm";
import { ProblemAlert } from "@/ui/problem-alert";
import { Table } from "@/ui/table";
import { Time } from "@/ui/values";

type Identity = components["schemas"]["Identity"];

const PATH = "/api/v1/me/identities";

/** The identities at providers by which the user logs in. */
export function Identities() {
  const { t } = useTranslation("account");
  return (
    <Card title={t("identities.title")}>
      <Loaded path={PATH} lines={2}>
        {({ data }) => (data.length === 0 ? <p className="text-muted">{t("identities.none")}</p> : <List identities={data} />)}
      </Loaded>
      <Providers />
    </Card>
  );
}

function List({ identities }: { identities: readonly Identity[] }) {
  const { t } = useTranslation("account");
  const [removed, setRemoved] = useState<Identity>();
  async function remove(id: string) {
    await answer(api.DELETE("/api/v1/me/identities/{id}", { params: { path: { id } } }));
    await queries.invalidateQueries(read(PATH));
  }
  return (
    <>
      <Table
        label={t("identities.title")}
        rows={identities}
        rowKey={({ id }) => id}
        columns={[
          { header: t("identities.provider"), cell: ({ provider, issuer }) => provider ?? issuer },
          { header: t("identities.email"), cell: ({ email }) => email ?? "–" },
          { header: t("identities.last_used"), cell: ({ last_used_at }) => <Time value={last_used_at} relative /> },
          {
            header: t("common:remove"),
            cell: (identity) => <Button size="small" onClick={() => setRemoved(identity)}>{t("common:remove")}</Button>,
          },
        ]}
      />
      {removed && (
        <Confirm title={t("identities.remove")} action={t("common:remove")} isDangerous run={() => remove(removed.id)} onClose={() => setRemoved(undefined)}>
          <p>{t("identities.remove_text")}</p>
        </Confirm>
      )}
    </>
  );
}

function Providers() {
  const { t } = useTranslation("account");
  const { href } = useLocation();
  const { data } = useQuery(read("/api/v1/auth/oidc/providers"));
  const linking = useMutation({ mutationFn: (provider: string) => linkAtProvider(provider, href) });
  return (
    <div className="mt-3 space-y-3">
      <div className="flex flex-wrap gap-2">
        {data?.data.map(({ id, name }) => (
          <Button key={id} busy={linking.isPending} onClick={() => linking.mutate(id)}>{t("identities.link", { name })}</Button>
        ))}
      </div>
      <ProblemAlert error={linking.error} />
    </div>
  );
}
