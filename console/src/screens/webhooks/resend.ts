import { answer, api } from "@/api/client";

export const resend = ({ id }: { id: string }) =>
  answer(api.POST("/api/v1/webhook-deliveries/{id}/resend", { params: { path: { id } } }));
