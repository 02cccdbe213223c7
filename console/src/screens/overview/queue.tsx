import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { read } from "@/api/read";
import { useLive } from "@/api/use-live";
import type { components } from "@/generated/api";
import { Badge, type Tone } from "@/ui/badge";
import { Card } from "@/ui/card";
import { ProblemAlert } from "@/ui/problem-alert";
import { Skeleton } from "@/ui/skeleton";

type State = components["schemas"]["JobState"];

const STATES: readonly [State, Tone][] = [
  ["queued", "neutral"],
  ["running", "accent"],
  ["failed", "warn"],
  ["dead", "bad"],
];

/** How many jobs wait, run, are tried again, and have failed for good. */
export function Queue() {
  const { t } = useTranslation("overview");
  useLive(["jobs"]);
  return (
    <Card title={t("queue.title")}>
      <ul className="space-y-2">
        {STATES.map(([state, tone]) => (
          <Counted key={state} state={state} tone={tone} />
        ))}
      </ul>
    </Card>
  );
}

const REREAD_MS = 30_000;

function Counted({ state, tone }: { state: State; tone: Tone }) {
  const { t } = useTranslation("overview");
  const { data, error } = useQuery({
    ...read("/api/v1/jobs", { query: { state: [state], limit: 1, total: true } }),
    refetchInterval: REREAD_MS,
  });
  if (error) return <li><ProblemAlert error={error} /></li>;
  const { count = 0, exact = true } = data?.total ?? {};
  return (
    <li className="flex items-center justify-between gap-2">
      <Link to={"/jobs" as "/"} search={{ state }} className="hover:underline">{t(`queue.${state}`)}</Link>
      {data ? <Badge tone={count > 0 ? tone : "neutral"}>{exact ? count : `> ${count}`}</Badge> : <Skeleton className="w-8" />}
    </li>
  );
}
