use plinth_domain::{Id, Job, JobCause, JobDraft, JsonObject, OrganizationId, UserId};
use plinth_ports::Origin;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{Application, Error};

/// The payload of one kind of job, declared beside the use case that enqueues it. The job's record
/// stores it as a JSON object, so a new field needs a default, and no field may be renamed.
pub trait JobKind: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Names the kind in the database and in the API: `document.process`.
    const KIND: &'static str;
    /// The number of attempts before the job is dead, from 1.
    const MAX_ATTEMPTS: u16 = 5;
    /// -100 to 100; a worker takes the highest first.
    const PRIORITY: i16 = 0;

    /// While a job with the same key is open, no second one is created.
    fn dedup_key(&self) -> Option<String> {
        None
    }

    /// The job to enqueue.
    ///
    /// # Errors
    /// [`Error::Internal`] when the payload cannot be serialized.
    fn draft(&self) -> Result<JobDraft, Error> {
        let payload = serde_json::to_string(self).map_err(Error::internal)?;
        Ok(JobDraft {
            kind: Self::KIND,
            payload: JsonObject::from_parsed(payload),
            priority: Self::PRIORITY,
            max_attempts: Self::MAX_ATTEMPTS,
            run_at: None,
            dedup_key: self.dedup_key(),
        })
    }
}

impl Application {
    /// A new identity, for what the command line makes.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        self.ports.ids.next()
    }

    /// A job without a causing command: from a schedule or the command line.
    #[must_use]
    pub fn new_job(&self, organization: OrganizationId, draft: JobDraft) -> Job {
        let now = self.ports.clock.now();
        let id = Id::from_uuid(self.ports.ids.at(now));
        Job::queue(id, organization, draft, JobCause::default(), now)
    }
}

/// The cause of a job that a request enqueues.
pub(crate) fn cause(user: Option<UserId>, origin: &Origin) -> JobCause {
    JobCause {
        user,
        request_id: origin.request_id.clone(),
        trace_parent: origin.trace_parent.clone(),
    }
}

/// An [`Id`] as a payload stores it, for `#[serde(with = "id")]`.
pub(crate) mod id {
    use plinth_domain::Id;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use uuid::Uuid;

    pub(crate) fn serialize<T, S: Serializer>(id: &Id<T>, to: S) -> Result<S::Ok, S::Error> {
        id.uuid().serialize(to)
    }

    pub(crate) fn deserialize<'de, T, D: Deserializer<'de>>(from: D) -> Result<Id<T>, D::Error> {
        Uuid::deserialize(from).map(Id::from_uuid)
    }
}

/// Several [`Id`]s as a payload stores them, for `#[serde(with = "ids")]`.
pub(crate) mod ids {
    use plinth_domain::Id;
    use serde::{Deserialize, Deserializer, Serializer};
    use uuid::Uuid;

    pub(crate) fn serialize<T, S: Serializer>(ids: &[Id<T>], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(ids.iter().map(|id| id.uuid()))
    }

    pub(crate) fn deserialize<'de, T, D>(from: D) -> Result<Vec<Id<T>>, D::Error>
    where
        D: Deserializer<'de>,
    {
        Ok(Vec::<Uuid>::deserialize(from)?.into_iter().map(Id::from_uuid).collect())
    }
}
