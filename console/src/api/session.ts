import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import type { components } from "@/generated/api";
import { answer, api } from "./client";
import { ApiError } from "./problem";

export type Me = components["schemas"]["Me"];
export type Permission = components["schemas"]["Permission"];

/** The user of the session; `null` when there is no session. */
export const meQuery = queryOptions({
  queryKey: ["/api/v1/me"] as const,
  queryFn: async (): Promise<Me | null> => {
    try {
      return await answer(api.GET("/api/v1/me"));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

/** Puts the session that a login has answered into the cookies of the browser. */
export const keepSession = (signedIn: { refresh_token: string }) =>
  answer(api.POST("/api/v1/auth/cookies", { body: { refresh_token: signedIn.refresh_token } }));

/** The user of the session, on screens that need one. */
export function useMe(): Me {
  const { data } = useSuspenseQuery(meQuery);
  if (!data) throw new ApiError(401, "auth.required", "there is no session");
  return data;
}

/** Whether the role of the user allows this in the organization. */
export function useMay(): (permission: Permission) => boolean {
  const { permissions } = useMe();
  return (permission) => permissions.includes(permission);
}
