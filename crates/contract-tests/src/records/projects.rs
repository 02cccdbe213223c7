use futures::future::BoxFuture;
use plinth_domain::{
    Description, Id, JsonObject, Project, ProjectCode, ProjectDraft, ProjectStatus, Revision,
    Schedule,
};
use plinth_ports::{OneOf, ProjectFilter, Result, UnitOfWork};

use super::{Fixture, World};
use crate::fixture::{at, id, name};

impl Fixture for Project {
    fn make(project: Id<Self>, revision: Revision, n: usize, _world: &World) -> Self {
        let day = |n| at(0).date_naive() + chrono::Days::new(n);
        let full = n.is_multiple_of(2);
        let draft = ProjectDraft {
            code: ProjectCode::parse(&format!("P-{n}")).unwrap(),
            name: name(["b", "B", "a", "ä", "a b"][n % 5]),
            description: full.then(|| Description::parse("Two,\none".to_owned()).unwrap()),
            status: ProjectStatus::ALL[n % 5],
            schedule: Schedule::new(full.then(|| day(1)), n.is_multiple_of(3).then(|| day(9)))
                .unwrap(),
            metadata: JsonObject::from_parsed(if full { r#"{"a": 1}"# } else { "{}" }.to_owned()),
        };
        Self { revision, ..Self::plan(project, id(), draft, revision.created_at) }
    }

    fn filters(world: &World) -> Vec<ProjectFilter> {
        let (status, code) = (OneOf::from(ProjectStatus::Active), Some("P-1".to_owned()));
        let statuses = vec![ProjectStatus::Archived, ProjectStatus::OnHold];
        vec![
            ProjectFilter { status: status.clone(), ..Default::default() },
            ProjectFilter { status: OneOf::new(statuses).unwrap(), ..Default::default() },
            ProjectFilter { archived: Some(true), ..Default::default() },
            ProjectFilter { archived: Some(false), ..Default::default() },
            ProjectFilter { code: code.clone(), ..Default::default() },
            ProjectFilter { status, code, ..Default::default() },
            ProjectFilter { among: Some(vec![world.id(0)]), ..Default::default() },
        ]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        unit.projects().insert(record)
    }
}
