import { answer, api, ifMatch } from "@/api/client";

export const revoke = ({ id, version }: { id: string; version: number }) =>
  answer(api.DELETE("/api/v1/invitations/{id}", { params: { path: { id }, header: ifMatch({ version }) } }));
