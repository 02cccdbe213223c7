import { account } from "@/screens/account/route";
import { accounting } from "@/screens/accounting/route";
import { agents } from "@/screens/agents/route";
import { aiUsage } from "@/screens/ai-usage/route";
import { apiKeys } from "@/screens/api-keys/route";
import { auditLog } from "@/screens/audit-log/route";
import { bankTransactions } from "@/screens/bank-transactions/route";
import { budgets } from "@/screens/budgets/route";
import { contracts } from "@/screens/contracts/route";
import { datasets } from "@/screens/datasets/route";
import { documents } from "@/screens/documents/route";
import { dunning } from "@/screens/dunning/route";
import { evaluations } from "@/screens/evaluations/route";
import { evaluators } from "@/screens/evaluators/route";
import { events } from "@/screens/events/route";
import { executions } from "@/screens/executions/route";
import { featureFlags } from "@/screens/feature-flags/route";
import { invitations } from "@/screens/invitations/route";
import { invoices } from "@/screens/invoices/route";
import { jobs } from "@/screens/jobs/route";
import { leaderboards } from "@/screens/leaderboards/route";
import { members } from "@/screens/members/route";
import { models } from "@/screens/models/route";
import { notifications } from "@/screens/notifications/route";
import { organization } from "@/screens/organization/route";
import { overview } from "@/screens/overview/route";
import { parties } from "@/screens/parties/route";
import { payments } from "@/screens/payments/route";
import { projects } from "@/screens/projects/route";
import { prompts } from "@/screens/prompts/route";
import { reports } from "@/screens/reports/route";
import { roles } from "@/screens/roles/route";
import { search } from "@/screens/search/route";
import { teams } from "@/screens/teams/route";
import { webhooks } from "@/screens/webhooks/route";

/** The features of the application, in the order of the navigation. A new one is a folder and a line here. */
export const features = [
  overview,
  notifications,
  search,
  projects,
  documents,
  parties,
  contracts,
  invoices,
  payments,
  bankTransactions,
  dunning,
  reports,
  accounting,
  prompts,
  models,
  executions,
  agents,
  datasets,
  evaluators,
  evaluations,
  leaderboards,
  budgets,
  aiUsage,
  jobs,
  events,
  auditLog,
  webhooks,
  featureFlags,
  members,
  invitations,
  roles,
  teams,
  apiKeys,
  organization,
  account,
] as const;
