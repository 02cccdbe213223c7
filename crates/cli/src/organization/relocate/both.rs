use std::{fs, path::Path};

use plinth_application::{Application, Cells};
use plinth_bootstrap::Plinth;
use plinth_domain::OrganizationId;
use plinth_settings::{ExposeSecret, Settings, Sources};

use crate::{cell::cells, failure::Result};

/// This cell, and the one to move to.
pub(super) struct Both<'a> {
    pub(super) application: &'a Application,
    pub(super) cells: &'a Cells,
    pub(super) settings: &'a Settings,
    pub(super) target: Plinth,
    /// The name of the other cell.
    pub(super) to: String,
    target_settings: Settings,
}

impl<'a> Both<'a> {
    /// `file` has the settings of the other cell; no variable of this process counts for it.
    pub(super) async fn open(
        application: &'a Application,
        settings: &'a Settings,
        file: &Path,
    ) -> Result<Self> {
        let name = file.display().to_string();
        let text = fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
        let target_settings = Settings::load(&Sources::none().with_file(name, text))?;
        let target = plinth_bootstrap::assemble(&target_settings).await?;
        let to = cells(&target.application)?.here.name.clone();
        Ok(Self { application, cells: cells(application)?, settings, target, to, target_settings })
    }

    /// Refuses settings that do not belong to two cells of one directory.
    pub(super) async fn check(&self, organization: OrganizationId) -> Result<()> {
        let there = cells(&self.target.application)?;
        for cells in [self.cells, there] {
            if cells.store.name().await?.as_ref() != Some(&cells.here.name) {
                return Err(format!("the database of {} is not that cell", cells.here.name).into());
            }
        }
        if self.to == self.cells.here.name {
            return Err("both settings are of one cell".into());
        }
        if self.cells.directory.cells().await? != there.directory.cells().await? {
            return Err("the two cells have different directories".into());
        }
        if self.application.shares_files_with(&self.target.application, organization).await? {
            return Err("both cells have one storage: give each its own".into());
        }
        Ok(())
    }

    pub(super) fn source_url(&self) -> &str {
        self.settings.database.migration_url().expose_secret()
    }

    pub(super) fn target_url(&self) -> &str {
        self.target_settings.database.migration_url().expose_secret()
    }

    pub(super) async fn close(self) {
        self.target.close().await;
    }
}
