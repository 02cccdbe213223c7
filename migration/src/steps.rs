//! Every step, oldest first. A step that has been released is never edited: add another one.

use sea_orm_migration::{
    DbErr, MigrationName, MigrationTrait, MigratorTraitSelf, SchemaManager, async_trait,
    sea_orm::ConnectionTrait,
};

use crate::tenancy::Tenancy;

mod m0001_organizations;
mod m0002_users;
mod m0003_invitations;
mod m0004_sessions;
mod m0005_api_keys;
mod m0006_idempotency_keys;
mod m0007_audit_logs;
mod m0008_feature_flags;
mod m0009_projects;
mod m0010_jobs;
mod m0011_journal_sequence;
mod m0012_documents;
mod m0013_api_key_parents;
mod m0014_invitations_by_key;
mod m0015_sessions;
mod m0016_claimed_addresses;
mod m0017_upload_tails;
mod m0018_usage;
mod m0019_unprocessed_versions;
mod m0020_backup_of_partitions;
mod m0021_json_bounds;
mod m0022_leases;
mod m0023_journal_upkeep;
mod m0024_indexes;
mod m0025_search;
mod m0026_unreadable;
mod m0027_tenant_keys;
mod m0028_partial_uploads;
mod m0029_archived;
mod m0030_journal_cost;
mod m0031_parties;
mod m0032_number_patterns;
mod m0033_contracts;
mod m0034_invoices;
mod m0035_payments;
mod m0036_invoice_pdfs;
mod m0037_reports;
mod m0038_received_invoices;
mod m0039_invoices_on_contracts;
mod m0040_bank_transactions;
mod m0041_booked_on;
mod m0042_report_jobs;
mod m0043_dunning;
mod m0044_accounting;
mod m0045_e_invoices;
mod m0046_linked_payments;
mod m0047_invoice_lists;
mod m0048_models;
mod m0049_prompts;
mod m0050_budgets;
mod m0051_executions;
mod m0053_document_chunks;
mod m0055_datasets;
mod m0056_evaluators;
mod m0057_evaluations;
mod m0059_agent_runs;
mod m0061_limits_of_executions;
mod m0062_executions_of_projects;
mod m0063_execution_context;
mod m0064_release_gates;
mod m0065_execution_scores;
mod m0067_retention_of_executions;
mod m0068_evaluations_by_keys;
mod m0069_cells;
mod m0070_session_clients;
mod m0071_languages_of_users;
mod m0074_second_factors;
mod m0075_members;
mod m0078_organization_exports;
mod m0079_erasure;
mod m0082_webhooks;
mod m0083_roles;
mod m0086_user_identities;
mod m0090_document_links;
mod m0091_comments;
mod m0092_notifications;
mod m0094_organization_usage;
mod m0095_plans;
mod m0096_support_access;
mod m0097_operators;
mod m0098_teams;
mod m0099_project_grants;
mod m0100_user_avatars;
mod m0101_sso;
mod m0102_session_connections;
mod m0103_suspended_by_operator;

/// The roles that a member, an invitation or an API key can have.
const ROLES: &str = "('owner', 'admin', 'accountant', 'member', 'viewer')";

/// All steps, generated for one application role.
pub struct Migrator {
    /// The role that the grants are for.
    pub application_role: String,
}

impl MigratorTraitSelf for Migrator {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        let tenancy = Tenancy::new(&self.application_role);
        vec![
            Box::new(m0001_organizations::step(tenancy)),
            Box::new(m0002_users::step(tenancy)),
            Box::new(m0003_invitations::step(tenancy)),
            Box::new(m0004_sessions::step(tenancy)),
            Box::new(m0005_api_keys::step(tenancy)),
            Box::new(m0006_idempotency_keys::step(tenancy)),
            Box::new(m0007_audit_logs::step(tenancy)),
            Box::new(m0008_feature_flags::step(tenancy)),
            Box::new(m0009_projects::step(tenancy)),
            Box::new(m0010_jobs::step(tenancy)),
            Box::new(m0011_journal_sequence::step(tenancy)),
            Box::new(m0012_documents::step(tenancy)),
            Box::new(m0013_api_key_parents::step()),
            Box::new(m0014_invitations_by_key::step()),
            Box::new(m0015_sessions::step()),
            Box::new(m0016_claimed_addresses::step()),
            Box::new(m0017_upload_tails::step()),
            Box::new(m0018_usage::step()),
            Box::new(m0019_unprocessed_versions::step()),
            Box::new(m0020_backup_of_partitions::step(tenancy)),
            Box::new(m0021_json_bounds::step()),
            Box::new(m0022_leases::step(tenancy)),
            Box::new(m0023_journal_upkeep::step(tenancy)),
            Box::new(m0024_indexes::step()),
            Box::new(m0025_search::step(tenancy)),
            Box::new(m0026_unreadable::step()),
            Box::new(m0027_tenant_keys::step()),
            Box::new(m0028_partial_uploads::step()),
            Box::new(m0029_archived::step()),
            Box::new(m0030_journal_cost::step()),
            Box::new(m0031_parties::step(tenancy)),
            Box::new(m0032_number_patterns::step()),
            Box::new(m0033_contracts::step(tenancy)),
            Box::new(m0034_invoices::step(tenancy)),
            Box::new(m0035_payments::step(tenancy)),
            Box::new(m0036_invoice_pdfs::step(tenancy)),
            Box::new(m0037_reports::step(tenancy)),
            Box::new(m0038_received_invoices::step()),
            Box::new(m0039_invoices_on_contracts::step()),
            Box::new(m0040_bank_transactions::step(tenancy)),
            Box::new(m0041_booked_on::step()),
            Box::new(m0042_report_jobs::step()),
            Box::new(m0043_dunning::step(tenancy)),
            Box::new(m0044_accounting::step()),
            Box::new(m0045_e_invoices::step(tenancy)),
            Box::new(m0046_linked_payments::step()),
            Box::new(m0047_invoice_lists::step()),
            Box::new(m0048_models::step(tenancy)),
            Box::new(m0049_prompts::step(tenancy)),
            Box::new(m0050_budgets::step(tenancy)),
            Box::new(m0051_executions::step(tenancy)),
            Box::new(m0053_document_chunks::step(tenancy)),
            Box::new(m0055_datasets::step(tenancy)),
            Box::new(m0056_evaluators::step(tenancy)),
            Box::new(m0057_evaluations::step(tenancy)),
            Box::new(m0059_agent_runs::step(tenancy)),
            Box::new(m0061_limits_of_executions::step(tenancy)),
            Box::new(m0062_executions_of_projects::step()),
            Box::new(m0063_execution_context::step()),
            Box::new(m0064_release_gates::step()),
            Box::new(m0065_execution_scores::step(tenancy)),
            Box::new(m0067_retention_of_executions::step(tenancy)),
            Box::new(m0068_evaluations_by_keys::step()),
            Box::new(m0069_cells::step(tenancy)),
            Box::new(m0070_session_clients::step()),
            Box::new(m0071_languages_of_users::step()),
            Box::new(m0074_second_factors::step()),
            Box::new(m0075_members::step()),
            Box::new(m0078_organization_exports::step(tenancy)),
            Box::new(m0079_erasure::step(tenancy)),
            Box::new(m0082_webhooks::step(tenancy)),
            Box::new(m0083_roles::step(tenancy)),
            Box::new(m0086_user_identities::step(tenancy)),
            Box::new(m0090_document_links::step(tenancy)),
            Box::new(m0091_comments::step(tenancy)),
            Box::new(m0092_notifications::step(tenancy)),
            Box::new(m0094_organization_usage::step(tenancy)),
            Box::new(m0095_plans::step()),
            Box::new(m0096_support_access::step(tenancy)),
            Box::new(m0097_operators::step(tenancy)),
            Box::new(m0098_teams::step(tenancy)),
            Box::new(m0099_project_grants::step(tenancy)),
            Box::new(m0100_user_avatars::step(tenancy)),
            Box::new(m0101_sso::step(tenancy)),
            Box::new(m0102_session_connections::step()),
            Box::new(m0103_suspended_by_operator::step()),
        ]
    }
}

/// A step in plain SQL, up and down. It runs in its own transaction as the owner's role, to which
/// row level security applies: a step that must see rows uses [`crate::tenancy::unforced`].
struct Sql {
    name: &'static str,
    up: String,
    down: &'static str,
}

impl MigrationName for Sql {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Sql {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(&self.up).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(self.down).await.map(drop)
    }
}
