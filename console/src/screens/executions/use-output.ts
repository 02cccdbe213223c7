import { useEffect, useState } from "react";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { follow } from "@/api/server-sent";
import type { components } from "@/generated/api";
import { isEnded } from "./execution-status";

type Execution = components["schemas"]["Execution"];

/**
 * The text of an execution, as it comes. It is read from its beginning, so it is whole after the screen was
 * left, and goes on after the network was lost.
 */
export function useOutput(execution: Execution): { text: string; error: unknown } {
  const { id } = execution;
  const isOver = isEnded(execution.status);
  const [streamed, setStreamed] = useState({ id, text: "" });
  const [error, setError] = useState<unknown>();

  useEffect(() => {
    if (isOver) return undefined;
    const leaving = new AbortController();
    const { queryKey } = read("/api/v1/executions/{id}", { path: { id } });
    let text = "";
    const listen = async () => {
      for await (const { event, data } of follow(`/api/v1/executions/${id}/events`, "ended", leaving.signal)) {
        if (event === "output") {
          text += (JSON.parse(data) as { text: string }).text;
          setStreamed({ id, text });
        } else if (event === "ended") queries.setQueryData(queryKey, JSON.parse(data) as Execution);
      }
    };
    setError(undefined);
    listen().catch(setError);
    return () => leaving.abort();
  }, [id, isOver]);

  const isLonger = streamed.id === id && streamed.text.length > execution.output.length;
  return { text: isLonger ? streamed.text : execution.output, error: isOver ? undefined : error };
}
