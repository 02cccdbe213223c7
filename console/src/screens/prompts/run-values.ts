import type { MoreValues } from "@/screens/executions/more-fields";

/** The form by which a prompt is rendered and run. */
export interface RunValues extends MoreValues {
  /** The version: a number, a label, or nothing. */
  at: string;
  /** The values of the known variables, in their order. */
  texts: string[];
  /** Variables that the schema does not name, as JSON. */
  further: string;
  model_id: string;
  parameters: string;
}
