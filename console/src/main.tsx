import "./styles.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queries } from "@/api/queries";
import { ErrorBoundary } from "@/app/failure";
import { startNewVersions } from "@/app/new-version";
import { router } from "@/app/router";
import { startSession } from "@/app/session-end";
import { startTheme } from "@/app/theme";
import { startTexts } from "@/i18n";

startNewVersions();
startTheme();
startSession();
await startTexts();

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <ErrorBoundary>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </ErrorBoundary>
  </StrictMode>,
);
