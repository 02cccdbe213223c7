//! Projects: the model of a resource.

mod create;
mod delete;
mod get;
mod list;
mod update;

pub use create::CreateProject;
pub use delete::{ArchiveProject, RemoveProject};
pub use get::GetProject;
pub use list::ListProjects;
pub use update::UpdateProject;

use crate::Error;

const NOT_FOUND: Error = Error::NotFound("project");

fn code_taken(error: plinth_ports::StoreError) -> Error {
    let translate = Error::on_conflict(
        "projects_organization_id_code_key",
        "project.code_taken",
        "another project has this code",
    );
    translate(error)
}
