import type { components } from "@/generated/api";

type Score = components["schemas"]["PromptScore"];
type Point = Record<string, number> & { version: number };

/** The means of numbers and booleans as points of a plot: one for each version, a field for each name. */
export function meansByVersion(scores: readonly Score[]): { points: Point[]; names: string[] } {
  const points = new Map<number, Point>();
  const names = new Set<string>();
  for (const { prompt_version, name, mean } of scores) {
    if (mean === null) continue;
    names.add(name);
    const point: Point = points.get(prompt_version) ?? { version: prompt_version };
    points.set(prompt_version, { ...point, [name]: mean });
  }
  return { points: [...points.values()].sort((one, other) => one.version - other.version), names: [...names].sort() };
}
