/** The topics of the event stream. */
export const TOPICS = [
  "projects", "documents", "document_links", "parties", "contracts", "invoices", "payments", "bank_transactions", "prompts",
  "models", "executions", "agent_runs", "datasets", "evaluators", "evaluations", "budgets", "jobs", "webhooks", "comments",
  "members", "invitations", "roles", "teams", "project_access", "api_keys", "feature_flags", "organization",
  "organization_domains", "organization_exports", "sso_connections", "support_access", "support_sessions",
] as const;
