//! The text of an execution, in pieces.

use plinth_domain::ExecutionId;
use plinth_ports::{ExecutionProgress, OutputPiece, Result, StoreError};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::{row::named, scoped::ScopedTx};

/// A piece that was stored by a try whose answer was lost is replaced. Nothing is added unless the
/// holder has the lease, which the statement locks: no end of the execution comes between.
const ADD: &str = "INSERT INTO execution_pieces \
    (organization_id, execution_id, position, length, content) \
    SELECT $1::uuid, l.id, $4::integer, $5::integer, $6::text FROM ( \
        SELECT id FROM execution_leases \
        WHERE organization_id = $1 AND id = $2 AND holder = $3 FOR UPDATE) l \
    ON CONFLICT (organization_id, execution_id, position) \
    DO UPDATE SET length = excluded.length, content = excluded.content";

const REMOVE: &str =
    "DELETE FROM execution_pieces WHERE organization_id = $1 AND execution_id = $2";

/// The first of them may have begun before `$3`.
const AFTER: &str = "SELECT position, content FROM execution_pieces \
    WHERE organization_id = $1 AND execution_id = $2 AND position + length > $3 \
    ORDER BY position";

const PROGRESS: &str = "SELECT e.ended_at IS NOT NULL AS is_ended, \
    (SELECT coalesce(max(p.position + p.length), 0) FROM execution_pieces p \
        WHERE p.organization_id = $1 AND p.execution_id = $2) AS characters \
    FROM executions e WHERE e.organization_id = $1 AND e.id = $2";

impl ScopedTx {
    pub(super) async fn progress_of(
        &mut self,
        execution: ExecutionId,
    ) -> Result<Option<ExecutionProgress>> {
        let row = self.ask(PROGRESS, vec![execution.uuid().into()]).await?;
        let read = |row: PgRow| {
            let characters: i32 = named(&row, "characters")?;
            Ok(ExecutionProgress {
                is_ended: named(&row, "is_ended")?,
                characters: u32::try_from(characters).unwrap_or_default(),
            })
        };
        row.map(read).transpose()
    }

    pub(super) async fn add_piece(
        &mut self,
        execution: ExecutionId,
        holder: Uuid,
        piece: &OutputPiece,
    ) -> Result<bool> {
        let length = piece.text.chars().count();
        let values = vec![
            execution.uuid().into(),
            holder.into(),
            integer(piece.position)?.into(),
            i32::try_from(length).map_err(|error| StoreError::Other(error.into()))?.into(),
            piece.text.clone().into(),
        ];
        Ok(self.write(ADD, values).await? == 1)
    }

    pub(super) async fn drop_pieces(&mut self, execution: ExecutionId) -> Result<()> {
        self.write(REMOVE, vec![execution.uuid().into()]).await.map(drop)
    }

    pub(super) async fn pieces_after(
        &mut self,
        execution: ExecutionId,
        after: u32,
        bytes: usize,
    ) -> Result<Vec<OutputPiece>> {
        let values = vec![execution.uuid().into(), integer(after)?.into()];
        let found = self.ask_within(AFTER, values, bytes, |row| {
            let position: i32 = named(row, "position")?;
            let position = u32::try_from(position).unwrap_or_default();
            Ok(OutputPiece { position, text: named(row, "content")? })
        });
        Ok(found.await?.items)
    }
}

fn integer(position: u32) -> Result<i32> {
    i32::try_from(position).map_err(|error| StoreError::Other(error.into()))
}
