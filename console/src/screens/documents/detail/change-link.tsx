import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/update_document_link";
import { ChangeDialog } from "@/records/change-dialog";
import { LinkFields } from "./create-link";
import { fromLocal, toLocal } from "./link-state";
import { rereadLinks } from "./links";

type DocumentLink = components["schemas"]["DocumentLink"];

const { expires_at: _, ...known } = rules;

export function ChangeLink({ link, onClose }: { link: DocumentLink; onClose: () => void }) {
  const { t } = useTranslation("documents");
  const path = { id: link.id };
  return (
    <ChangeDialog<DocumentLink>
      title={t("links.change_title")}
      record={link}
      labels={{ label: t("links.label"), expires_at: t("links.expires_at"), max_downloads: t("links.max_downloads") }}
      rules={known}
      current={() => queries.fetchQuery({ ...read("/api/v1/document-links/{id}", { path }), staleTime: 0 })}
      send={async (body, version) => {
        await answer(api.PATCH("/api/v1/document-links/{id}", { params: { path, header: ifMatch({ version }) }, body }));
        await rereadLinks();
      }}
      values={({ label, expires_at, max_downloads }) => ({ label: label ?? "", expires_at: toLocal(expires_at), max_downloads: max_downloads ?? "" })}
      // The field has whole minutes: a time that was not touched stays.
      fields={({ expires_at, ...others }) => ({
        ...others,
        expires_at: expires_at === toLocal(link.expires_at) ? link.expires_at : fromLocal(expires_at as string),
      })}
      onClose={onClose}
    >
      <LinkFields />
    </ChangeDialog>
  );
}
