import { answer, api } from "@/api/client";
import type { components } from "@/generated/api";

/** All positions of a contract: the list has one page. */
export const positionsOf = async (id: string): Promise<components["schemas"]["ContractPosition"][]> =>
  (await answer(api.GET("/api/v1/contracts/{id}/positions", { params: { path: { id } } }))).data;
