use plinth_ports::{Invalidation, Refused};

use crate::{Application, Error, ports::Cells};

/// How many users and organizations go to the directory, or come from it, at once.
const BATCH: u16 = 100;

impl Application {
    /// Tells the directory what has changed in this cell, and takes over what others have told it about
    /// users of this cell. Returns what the directory did not take.
    pub async fn keep_in_step(&self) -> Result<Vec<Refused>, Error> {
        let Some(cells) = self.cells() else { return Ok(Vec::new()) };
        if cells.store.name().await?.as_ref() != Some(&cells.here.name) {
            let what = "this database is not that of the cell in the settings: `plinth cell join`";
            return Err(Error::internal(what));
        }
        let refused = tell(cells).await?;
        for what in &refused {
            tracing::error!(?what, "the directory has this of another cell");
        }
        self.listen(cells).await?;
        Ok(refused)
    }

    async fn listen(&self, Cells { directory, store, .. }: &Cells) -> Result<(), Error> {
        loop {
            let changed = directory.changed_after(store.position().await?, BATCH).await?;
            let Some((position, _)) = changed.last() else { return Ok(()) };
            for (_, login) in &changed {
                if store.refresh(login).await? {
                    self.forget(Invalidation::User(login.user.id)).await;
                }
            }
            store.advance(*position).await?;
        }
    }
}

async fn tell(Cells { here, directory, store }: &Cells) -> Result<Vec<Refused>, Error> {
    let mut refused = Vec::new();
    loop {
        let changes = store.changes(BATCH).await?;
        if changes.is_empty() {
            return Ok(refused);
        }
        refused.extend(directory.publish(&here.name, &changes).await?);
        store.told(&changes).await?;
    }
}
