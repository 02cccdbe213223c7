import type { ReactNode } from "react";

/** Names and values of one record. */
export const Properties = ({ items }: { items: readonly (readonly [string, ReactNode])[] }) => (
  <dl className="grid grid-cols-1 gap-x-6 gap-y-2 sm:grid-cols-[max-content_1fr]">
    {items.map(([name, value]) => (
      <div key={name} className="contents">
        <dt className="text-sm text-muted sm:pt-0.5">{name}</dt>
        <dd className="min-w-0 wrap-anywhere max-sm:mb-2">{value}</dd>
      </div>
    ))}
  </dl>
);
