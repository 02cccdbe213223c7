import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import type { BulkAction } from "@/records/bulk";

type Prompt = components["schemas"]["Prompt"];

/** What can be done with several prompts: they are disabled, or enabled again, or removed. */
export function usePromptBulk(): readonly BulkAction<Prompt>[] {
  const { t } = useTranslation("prompts");
  const may = useMay();
  const params = ({ id, revision }: Prompt) => ({ path: { id }, header: ifMatch({ version: revision }) });
  const activation = [false, true].map((is_active) => ({
    label: t(`bulk.${is_active}.label`),
    question: (count: number) => t(`bulk.${is_active}.question`, { count }),
    run: (prompt: Prompt) => answer(api.PATCH("/api/v1/prompts/{id}", { params: params(prompt), body: { is_active } })),
  }));
  const removal = {
    label: t("remove.title"),
    question: (count: number) => t("remove.bulk", { count }),
    isDangerous: true,
    run: (prompt: Prompt) => answer(api.DELETE("/api/v1/prompts/{id}", { params: params(prompt) })),
  };
  return [...(may("prompt:update") ? activation : []), ...(may("prompt:delete") ? [removal] : [])];
}
