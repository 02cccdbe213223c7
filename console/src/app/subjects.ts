/** Where the records of a kind are shown: the kinds of the event stream and of comments. */
const SCREENS: Readonly<Record<string, string>> = {
  project: "/projects/",
  agent_run: "/agent-runs/",
  document: "/documents/",
  party: "/parties/",
  contract: "/contracts/",
  invoice: "/invoices/",
  payment: "/payments/",
  bank_transaction: "/bank-transactions/",
  prompt: "/prompts/",
  model: "/models/",
  execution: "/executions/",
  evaluation: "/evaluations/",
  dataset: "/datasets/",
  evaluator: "/evaluators/",
  budget: "/budgets/",
  job: "/jobs/",
  webhook: "/webhooks/",
  team: "/teams/",
  role: "/roles/",
  member: "/members/",
  user: "/members/",
};

/** The screen of a record; none for kinds without one. */
export const screenOf = (kind: string, id: string): string | undefined => {
  const begin = SCREENS[kind];
  return begin === undefined ? undefined : begin + id;
};
