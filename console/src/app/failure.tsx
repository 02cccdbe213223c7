import { Link, useRouter } from "@tanstack/react-router";
import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { ProblemAlert } from "@/ui/problem-alert";

/** What a screen shows that has failed. */
export function Failure({ error, reset }: { error: unknown; reset: () => void }) {
  const { t } = useTranslation();
  const router = useRouter();
  return (
    <div className="mx-auto max-w-2xl space-y-4 p-6">
      <h1 className="text-2xl font-semibold">{t("failure.title")}</h1>
      <ProblemAlert
        error={error}
        onRetry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </div>
  );
}

export function NotFound() {
  const { t } = useTranslation();
  return (
    <main className="mx-auto max-w-2xl space-y-4 p-6">
      <h1 className="text-2xl font-semibold">{t("not_found.title")}</h1>
      <p>{t("not_found.text")}</p>
      <Button asChild kind="primary">
        <Link to="/">{t("not_found.home")}</Link>
      </Button>
    </main>
  );
}

interface State {
  error?: unknown;
}

/** Shows what has failed outside of a screen, in place of an empty page. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = {};

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render() {
    if (!this.state.error) return this.props.children;
    return (
      <main className="mx-auto max-w-2xl p-6">
        <ProblemAlert error={this.state.error} onRetry={() => location.reload()} />
      </main>
    );
  }
}
