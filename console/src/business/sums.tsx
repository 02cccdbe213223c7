import type { ReactNode } from "react";

/** The most important numbers of a record or a report, side by side. */
export const Sums = ({ items }: { items: readonly (readonly [string, ReactNode])[] }) => (
  <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-[repeat(auto-fit,minmax(10rem,1fr))]">
    {items.map(([name, value]) => (
      <div key={name} className="rounded-lg border border-line bg-surface p-3">
        <dt className="text-sm text-muted">{name}</dt>
        <dd className="text-lg font-semibold">{value}</dd>
      </div>
    ))}
  </dl>
);
