import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type Params, read, type ReadPath } from "@/api/read";
import { screenOf } from "@/app/subjects";
import { Skeleton } from "@/ui/skeleton";
import { type Kind, KINDS } from "./kinds";

const NAME_MS = 5 * 60_000;

/** The name of a record that is known by its identity; the end of the identity where it cannot be read. */
export function useRecordName(kind: Kind, id: string | null | undefined): string | undefined {
  const { one, name } = KINDS[kind];
  const { data, error } = useQuery({
    ...read(one, { path: { id: id ?? "" } } as unknown as Params<ReadPath>),
    enabled: Boolean(id),
    staleTime: NAME_MS,
  });
  if (data) return name(data);
  return error && id ? `…${id.slice(-8)}` : undefined;
}

/** A link to a record with its name. */
export function RecordLink({ kind, id }: { kind: Kind; id: string | null | undefined }) {
  const name = useRecordName(kind, id);
  if (!id) return <span className="text-muted">–</span>;
  if (name === undefined) return <Skeleton className="inline-block w-32" />;
  const to = screenOf(kind, id);
  if (!to) return name;
  return (
    <Link to={to as "/"} className="text-accent hover:underline">
      {name}
    </Link>
  );
}
