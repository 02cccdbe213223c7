import { queries } from "@/api/queries";

/** Reads again the scores that are shown, of executions and of prompts. */
export const invalidateScores = () =>
  queries.invalidateQueries({ predicate: ({ queryKey: [path] }) => String(path).endsWith("/scores") });
