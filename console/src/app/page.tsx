import { Link } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { Skeleton, SkeletonBlock } from "@/ui/skeleton";

interface Props {
  title: string;
  /** Beside the title: the status. */
  badges?: ReactNode;
  actions?: ReactNode;
  /** The screen above this one. */
  back?: { to: string; label: string };
  children: ReactNode;
}

/** The frame of each screen. */
export function Page({ title, badges, actions, back, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Plinth`;
  }, [title]);
  return (
    <div className="mx-auto max-w-7xl space-y-4 p-4 sm:p-6">
      <header className="space-y-1">
        {back && (
          <Link to={back.to as "/"} className="inline-flex items-center gap-1 text-sm text-muted hover:text-text">
            <ChevronLeft aria-hidden="true" className="size-4" />
            {back.label}
          </Link>
        )}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <h1 className="min-w-0 text-2xl font-semibold wrap-anywhere">{title}</h1>
          {badges}
          {actions && <div className="ml-auto flex flex-wrap gap-2">{actions}</div>}
        </div>
      </header>
      {children}
    </div>
  );
}

export const SkeletonPage = () => (
  <div className="mx-auto max-w-7xl space-y-6 p-4 sm:p-6">
    <Skeleton className="h-7 w-48" />
    <SkeletonBlock lines={9} />
  </div>
);
