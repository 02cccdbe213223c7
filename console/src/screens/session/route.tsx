import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/app/roots";
import { texts } from "@/i18n";

/** The screens before there is a session. */
export const sessionRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/sign-in",
    loader: texts("session"),
    component: lazyRouteComponent(() => import("./sign-in"), "SignIn"),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/register",
    loader: texts("session"),
    component: lazyRouteComponent(() => import("./register"), "Register"),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/forgot-password",
    loader: texts("session"),
    component: lazyRouteComponent(() => import("./forgot-password"), "ForgotPassword"),
  }),
] as const;
