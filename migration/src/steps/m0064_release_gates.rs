//! What a version of a prompt must have reached before a protected label names it.

use super::Sql;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0064_release_gates",
        up: "ALTER TABLE prompts
                ADD gate_dataset_id uuid,
                ADD gate_evaluator_id uuid,
                ADD gate_threshold double precision CHECK (gate_threshold BETWEEN 0 AND 1),
                ADD CONSTRAINT prompts_gate_check
                    CHECK (num_nulls(gate_dataset_id, gate_evaluator_id, gate_threshold) IN (0, 3)),
                ADD CONSTRAINT prompts_gate_dataset_fkey
                    FOREIGN KEY (organization_id, gate_dataset_id)
                    REFERENCES datasets (organization_id, id),
                ADD CONSTRAINT prompts_gate_evaluator_fkey
                    FOREIGN KEY (organization_id, gate_evaluator_id)
                    REFERENCES evaluators (organization_id, id);
            CREATE INDEX prompts_gate_dataset_idx ON prompts (organization_id, gate_dataset_id);
            CREATE INDEX prompts_gate_evaluator_idx ON prompts (organization_id, gate_evaluator_id);"
            .to_owned(),
        down: "ALTER TABLE prompts
                DROP gate_dataset_id,
                DROP gate_evaluator_id,
                DROP gate_threshold;",
    }
}
