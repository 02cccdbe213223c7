//! Evaluations, their evaluators, and what these have found.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0057_evaluations",
        up: [evaluations(tenancy), criteria(tenancy), results(tenancy)].join("\n"),
        down: "DROP TABLE evaluation_results;
            DROP TABLE evaluation_criteria;
            DROP TABLE evaluations",
    }
}

fn evaluations(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE evaluations (
            {COLUMNS},
            note text COLLATE "C" CHECK (char_length(note) BETWEEN 1 AND 1000),
            dataset_id uuid NOT NULL,
            dataset_at timestamptz NOT NULL,
            items integer NOT NULL CHECK (items BETWEEN 1 AND 100000),
            prompt_id uuid NOT NULL,
            prompt_version smallint NOT NULL,
            model_id uuid NOT NULL,
            other_model boolean NOT NULL,
            created_by uuid NOT NULL REFERENCES users (id),
            status text NOT NULL CHECK (status IN
                ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
            cursor uuid,
            done integer NOT NULL CHECK (done BETWEEN 0 AND items),
            unanswered integer NOT NULL CHECK (unanswered BETWEEN 0 AND done),
            tokens_input bigint NOT NULL CHECK (tokens_input >= 0),
            tokens_output bigint NOT NULL CHECK (tokens_output >= 0),
            cost bigint NOT NULL CHECK (cost >= 0),
            error_code text COLLATE "C" CHECK (char_length(error_code) BETWEEN 1 AND 100),
            error text CHECK (char_length(error) <= 500),
            started_at timestamptz,
            ended_at timestamptz,
            FOREIGN KEY (organization_id, dataset_id) REFERENCES datasets (organization_id, id),
            FOREIGN KEY (organization_id, prompt_id, prompt_version)
                REFERENCES prompt_versions (organization_id, prompt_id, number),
            FOREIGN KEY (organization_id, model_id) REFERENCES models (organization_id, id),
            CONSTRAINT evaluations_ended_check
                CHECK ((ended_at IS NULL) = (status IN ('queued', 'running'))),
            CONSTRAINT evaluations_failed_check
                CHECK ((error_code IS NOT NULL) = (status = 'failed')),
            CONSTRAINT evaluations_complete_check CHECK (status <> 'succeeded' OR done = items)
        );
        CREATE INDEX evaluations_created_at_idx ON evaluations (organization_id, created_at, id);
        CREATE INDEX evaluations_dataset_idx
            ON evaluations (organization_id, dataset_id, created_at, id);
        CREATE INDEX evaluations_prompt_idx
            ON evaluations (organization_id, prompt_id, prompt_version, created_at, id);
        CREATE INDEX evaluations_model_idx ON evaluations (organization_id, model_id);
        {protect}
        "#,
        protect = tenancy.protect("evaluations"),
    )
}

/// The evaluators of an evaluation as they were when it was made.
fn criteria(tenancy: Tenancy<'_>) -> String {
    format!(
        "
        CREATE TABLE evaluation_criteria (
            {COLUMNS},
            evaluation_id uuid NOT NULL,
            position smallint NOT NULL CHECK (position BETWEEN 0 AND 9),
            evaluator_id uuid NOT NULL,
            number bigint NOT NULL CHECK (number > 0),
            definition jsonb NOT NULL CHECK (jsonb_typeof(definition) = 'object')
                CHECK (octet_length(definition::text) <= 65536),
            scored integer NOT NULL CHECK (scored >= 0),
            passed integer NOT NULL CHECK (passed BETWEEN 0 AND scored),
            failed integer NOT NULL CHECK (failed >= 0),
            sum double precision NOT NULL CHECK (sum BETWEEN 0 AND scored),
            UNIQUE (organization_id, evaluation_id, position),
            UNIQUE (organization_id, evaluation_id, evaluator_id),
            FOREIGN KEY (organization_id, evaluation_id)
                REFERENCES evaluations (organization_id, id) ON DELETE CASCADE,
            FOREIGN KEY (organization_id, evaluator_id) REFERENCES evaluators (organization_id, id)
        );
        CREATE INDEX evaluation_criteria_evaluator_idx
            ON evaluation_criteria (organization_id, evaluator_id, number);
        {protect}
        ",
        protect = tenancy.protect("evaluation_criteria"),
    )
}

/// An execution may be removed before its evaluation: there is no reference to it. The item of a data
/// set goes only with the data set.
fn results(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE evaluation_results (
            {COLUMNS},
            evaluation_id uuid NOT NULL,
            item_id uuid NOT NULL,
            position smallint NOT NULL CHECK (position BETWEEN 0 AND 9),
            evaluator_id uuid NOT NULL,
            score double precision CHECK (score BETWEEN 0 AND 1),
            passed boolean,
            reason text CHECK (char_length(reason) <= 2000),
            error_code text COLLATE "C" CHECK (char_length(error_code) BETWEEN 1 AND 100),
            error text CHECK (char_length(error) <= 500),
            execution uuid,
            judge uuid,
            CONSTRAINT evaluation_results_item_key
                UNIQUE (organization_id, evaluation_id, item_id, position),
            FOREIGN KEY (organization_id, evaluation_id)
                REFERENCES evaluations (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT evaluation_results_failed_check CHECK ((score IS NULL) = (error_code IS NOT NULL)
                AND (score IS NULL) = (passed IS NULL))
        );
        CREATE INDEX evaluation_results_evaluation_idx
            ON evaluation_results (organization_id, evaluation_id, id);
        {protect}
        "#,
        protect = tenancy.protect_for("evaluation_results", "SELECT, INSERT"),
    )
}
