import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { useRecordName } from "@/records/record-link";

type Budget = components["schemas"]["Budget"];
const MOST = 200;

/** Keys have no address of their own, so they are looked for in their list. */
export function useApiKeys(isNeeded: boolean) {
  const may = useMay();
  const { data } = useQuery({ ...read("/api/v1/api-keys", { query: { limit: MOST } }), enabled: isNeeded && may("api_key:read") });
  return data?.data ?? [];
}

/** What a budget limits: `Project HRB-7 Harbour crossing`. */
export function useScopeName({ scope, project_id, prompt_id, api_key_id }: Budget): string {
  const { t } = useTranslation("budgets");
  const project = useRecordName("project", project_id);
  const prompt = useRecordName("prompt", prompt_id);
  const key = useApiKeys(api_key_id !== null).find(({ id }) => id === api_key_id)?.name ?? api_key_id?.slice(-8);
  const name = { organization: "", project, prompt, api_key: key }[scope];
  return [t(`scopes.${scope}`), name].filter(Boolean).join(" ");
}

export const ScopeName = ({ budget }: { budget: Budget }) => useScopeName(budget);
