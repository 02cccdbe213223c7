use plinth_domain::OrganizationId;
use plinth_ports::Result;
use sqlx::postgres::PgRow;

use super::{Begin, Connections, statements::Statements, watched::Watched};
use crate::{
    error::{connection_lost, store_error},
    sql::Sql,
};

/// Questions, each of which is one message and a transaction of its own: it needs no `BEGIN` and no
/// `COMMIT`.
#[derive(Debug)]
pub struct Reads {
    connections: Connections,
    /// Whose rows they see; in the system scope `None`.
    organization: Option<OrganizationId>,
}

impl Reads {
    /// Questions about one organization's rows.
    pub const fn of(organization: OrganizationId, connections: Connections) -> Self {
        Self { connections, organization: Some(organization) }
    }

    /// Questions about the rows of all organizations that the system scope may read.
    pub const fn of_all(connections: Connections) -> Self {
        Self { connections, organization: None }
    }
}

impl Statements for Reads {
    async fn each(&mut self, sql: Sql, mut take: impl FnMut(PgRow) -> bool + Send) -> Result<()> {
        let begin = self.organization.map_or(Begin::System, Begin::TenantRead);
        let entered = self.connections.enter(&begin).await?;
        let watched = Watched::new(self.connections.observer(), sql.text());
        let sql = sql.within(self.organization);
        let asked = async {
            let mut link = self.connections.link(entered).await?;
            loop {
                let mut is_begun = false;
                let counted = |row| {
                    is_begun = true;
                    take(row)
                };
                match link.each(sql.clone(), counted).await {
                    Err(error) if !is_begun && link.was_idle() && connection_lost(&error) => {
                        link = self.connections.replace(link).await?;
                    }
                    answer => return answer,
                }
            }
        };
        watched.run(asked).await.map_err(store_error)
    }
}
