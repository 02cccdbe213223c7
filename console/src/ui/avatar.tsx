import { CircleUser } from "lucide-react";
import { useState } from "react";

interface Props {
  userId: string;
  name: string;
  /** Changes when the picture does. */
  version?: number;
}

/** The picture of a user, or a sign where there is none. */
export function Avatar({ userId, name, version = 0 }: Props) {
  const source = `/api/v1/users/${userId}/avatar?${version}`;
  const [missing, setMissing] = useState<string>();
  if (missing === source) return <CircleUser aria-hidden="true" strokeWidth={1} className="size-20 text-muted" />;
  return <img src={source} alt={name} onError={() => setMissing(source)} className="size-20 rounded-full object-cover" />;
}
