/** The kinds of record that entries are about, and that have a name in the application. */
export const KINDS = [
  "project", "document", "party", "contract", "invoice", "payment", "bank_transaction", "prompt", "model", "execution",
  "evaluation", "evaluator", "dataset", "budget", "agent_run", "job", "member", "invitation", "role", "team", "api_key",
  "webhook", "feature_flag", "organization", "organization_export", "project_access", "comment", "user",
] as const;
