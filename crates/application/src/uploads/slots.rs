use std::{
    collections::{HashMap, hash_map::Entry},
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use plinth_domain::{OrganizationId, UploadId, UserId};
use tokio_util::sync::CancellationToken;

use crate::{Error, UploadSlotLimits, error::UploadBound, uploads::UPLOAD_IN_USE};

/// The uploads that this process currently receives. Each organization and each user has a share,
/// so that none of them takes all slots.
#[derive(Debug)]
pub(crate) struct UploadSlots {
    limits: UploadSlotLimits,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    total: usize,
    by_organization: HashMap<OrganizationId, usize>,
    by_user: HashMap<UserId, usize>,
    /// The uploads that a request currently writes to, each with the token that interrupts it.
    busy: HashMap<UploadId, CancellationToken>,
}

/// The permission to receive one upload in this process; dropping it frees the slot.
#[derive(Debug)]
pub struct UploadSlot {
    slots: Arc<UploadSlots>,
    organization: OrganizationId,
    user: UserId,
    upload: Option<UploadId>,
    interrupted: CancellationToken,
}

impl UploadSlots {
    pub(crate) fn new(limits: UploadSlotLimits) -> Self {
        Self { limits, taken: Mutex::default() }
    }

    /// Takes a slot. It does not wait for a free one: the client's bytes would accumulate in
    /// buffers.
    pub(super) fn take(
        self: &Arc<Self>,
        organization: OrganizationId,
        user: UserId,
    ) -> Result<UploadSlot, Error> {
        let mut taken = self.taken();
        let full = [
            (UploadBound::Process, taken.total, self.limits.total),
            (
                UploadBound::Organization,
                count(&taken.by_organization, &organization),
                self.limits.per_organization,
            ),
            (UploadBound::User, count(&taken.by_user, &user), self.limits.per_user),
        ];
        if let Some((bound, ..)) = full.into_iter().find(|(_, taken, limit)| taken >= limit) {
            return Err(Error::TooManyUploads(bound));
        }
        taken.total += 1;
        *taken.by_organization.entry(organization).or_default() += 1;
        *taken.by_user.entry(user).or_default() += 1;
        drop(taken);
        let (slots, interrupted) = (Arc::clone(self), CancellationToken::new());
        Ok(UploadSlot { slots, organization, user, upload: None, interrupted })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl UploadSlot {
    /// Reserves the upload for this request. A request that writes to it already is interrupted, so
    /// that it saves what it has: its client may have vanished without a word, and come back.
    pub(super) fn write_to(&mut self, upload: UploadId) -> Result<(), Error> {
        match self.slots.taken().busy.entry(upload) {
            Entry::Occupied(busy) => {
                busy.get().cancel();
                let detail = "another request is writing to this upload; ask for its offset again";
                Err(Error::conflict(UPLOAD_IN_USE, detail))
            }
            Entry::Vacant(free) => {
                free.insert(self.interrupted.clone());
                self.upload = Some(upload);
                Ok(())
            }
        }
    }

    /// Ends when another request wants to write to the upload.
    pub(super) fn interrupted(&self) -> CancellationToken {
        self.interrupted.clone()
    }
}

impl Drop for UploadSlot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken();
        taken.total -= 1;
        release(&mut taken.by_organization, self.organization);
        release(&mut taken.by_user, self.user);
        if let Some(upload) = &self.upload {
            taken.busy.remove(upload);
        }
    }
}

fn count<K: Eq + Hash>(counts: &HashMap<K, usize>, key: &K) -> usize {
    counts.get(key).copied().unwrap_or_default()
}

fn release<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: K) {
    if let Entry::Occupied(mut count) = counts.entry(key) {
        *count.get_mut() -= 1;
        if *count.get() == 0 {
            count.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use plinth_domain::Id;
    use uuid::Uuid;

    use super::*;

    fn id<T>(n: u128) -> Id<T> {
        Id::from_uuid(Uuid::from_u128(n))
    }

    fn slots(total: usize, per_organization: usize, per_user: usize) -> Arc<UploadSlots> {
        Arc::new(UploadSlots::new(UploadSlotLimits { total, per_organization, per_user }))
    }

    #[test]
    fn an_upload_takes_one_request_at_a_time() {
        let slots = slots(9, 9, 9);
        let mut first = slots.take(id(1), id(1)).unwrap();
        let mut second = slots.take(id(1), id(1)).unwrap();
        first.write_to(id(7)).unwrap();
        assert!(!first.interrupted().is_cancelled());
        assert!(matches!(second.write_to(id(7)), Err(Error::Conflict { .. })));
        assert!(first.interrupted().is_cancelled());
        drop(first);
        second.write_to(id(7)).unwrap();
    }

    #[test]
    fn no_organization_and_no_user_takes_more_than_a_share() {
        let slots = slots(4, 3, 2);
        let bound = |taken: Result<UploadSlot, Error>| match taken {
            Err(Error::TooManyUploads(bound)) => Some(bound),
            _ => None,
        };
        let mut held = vec![slots.take(id(1), id(1)).unwrap(), slots.take(id(1), id(1)).unwrap()];
        assert_eq!(bound(slots.take(id(1), id(1))), Some(UploadBound::User));
        held.push(slots.take(id(1), id(2)).unwrap());
        assert_eq!(bound(slots.take(id(1), id(3))), Some(UploadBound::Organization));
        held.push(slots.take(id(2), id(4)).unwrap());
        assert_eq!(bound(slots.take(id(3), id(5))), Some(UploadBound::Process));
        held.clear();
        assert!(slots.take(id(1), id(1)).is_ok());
        let taken = slots.taken();
        assert!(taken.by_organization.is_empty() && taken.by_user.is_empty());
    }
}
