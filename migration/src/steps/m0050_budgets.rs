//! Budgets, and what is held and spent of them.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0050_budgets",
        up: [budgets(tenancy), periods(tenancy)].join("\n"),
        down: "DROP TABLE budget_periods; DROP TABLE budgets;",
    }
}

/// Two budgets without a project are alike in it, hence `NULLS NOT DISTINCT`.
fn budgets(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE budgets (
            {COLUMNS},
            scope text COLLATE "C" NOT NULL
                CHECK (scope IN ('organization', 'project', 'api_key', 'prompt')),
            project_id uuid,
            api_key_id uuid,
            prompt_id uuid,
            period text COLLATE "C" NOT NULL CHECK (period IN ('day', 'month')),
            hard_limit_nano bigint NOT NULL
                CHECK (hard_limit_nano BETWEEN 0 AND 1000000000000000000),
            soft_percent smallint NOT NULL CHECK (soft_percent BETWEEN 1 AND 100),
            CONSTRAINT budgets_scope_key
                UNIQUE NULLS NOT DISTINCT (organization_id, project_id, api_key_id, prompt_id, period),
            FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id),
            FOREIGN KEY (organization_id, api_key_id) REFERENCES api_keys (organization_id, id),
            FOREIGN KEY (organization_id, prompt_id) REFERENCES prompts (organization_id, id),
            CONSTRAINT budgets_reference_check CHECK (
                (scope = 'project') = (project_id IS NOT NULL)
                AND (scope = 'api_key') = (api_key_id IS NOT NULL)
                AND (scope = 'prompt') = (prompt_id IS NOT NULL))
        );
        CREATE INDEX budgets_created_at_idx ON budgets (organization_id, created_at, id);
        CREATE INDEX budgets_updated_at_idx ON budgets (organization_id, updated_at, id);
        CREATE INDEX budgets_api_key_idx ON budgets (organization_id, api_key_id);
        CREATE INDEX budgets_prompt_idx ON budgets (organization_id, prompt_id);
        {protect}
        "#,
        protect = tenancy.protect("budgets"),
    )
}

/// `starts_on` is a day in the organization's time zone. Rows go with their budget.
fn periods(tenancy: Tenancy<'_>) -> String {
    format!(
        r"
        CREATE TABLE budget_periods (
            {COLUMNS},
            budget_id uuid NOT NULL,
            starts_on date NOT NULL,
            spent_nano bigint NOT NULL CHECK (spent_nano BETWEEN 0 AND 9000000000000000000),
            reserved_nano bigint NOT NULL
                CHECK (reserved_nano BETWEEN 0 AND 1000000000000000000),
            UNIQUE (organization_id, budget_id, starts_on),
            FOREIGN KEY (organization_id, budget_id)
                REFERENCES budgets (organization_id, id) ON DELETE CASCADE
        );
        {protect}
        ",
        protect = tenancy.protect_for("budget_periods", "SELECT, INSERT, UPDATE"),
    )
}
