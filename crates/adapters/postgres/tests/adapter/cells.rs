//! Two cells with one directory.

use plinth_domain::{
    Email, Id, Organization, OrganizationId, Revision, Role, Slug, User, UserStatus, Version,
};
use plinth_migration::relocation::{self, Lock};
use plinth_ports::{
    Cell, CellChanges, CellStore, Directory, Login, NewIdentity, PasswordHash, Place, Refused,
    Store, StoreError, SystemStore, UserAvatar, UserIdentity, Whereabouts,
    records::{organizations::SLUG_TAKEN, users::EMAIL_TAKEN},
};
use plinth_postgres::PgDirectory;
use plinth_testkit::TestDatabase;

use crate::{
    journal::entry,
    support::{Tenant, World, id, name, now, project},
};

/// A cell and the directory, of which it is a part.
struct Site {
    world: World,
    cell: Cell,
}

/// The directory of the cells `east` and `west`.
struct Both {
    directory: PgDirectory,
    database: TestDatabase,
    east: Site,
    west: Site,
}

impl Both {
    async fn new() -> Self {
        let database = TestDatabase::empty().await;
        plinth_migration::directory::prepare(database.url()).await.unwrap();
        // Tables that are there stay.
        plinth_migration::directory::prepare(database.url()).await.unwrap();
        let directory = PgDirectory::connect(database.url()).unwrap();
        let [east, west] = ["east", "west"]
            .map(|name| Cell { name: name.to_owned(), url: format!("https://{name}.example.com") });
        Self {
            east: Site::new(&directory, east).await,
            west: Site::new(&directory, west).await,
            directory,
            database,
        }
    }

    /// With a user of the one cell who has a copy in the other.
    async fn with_user(user: User, password: &PasswordHash) -> (Self, Login) {
        let both = Self::new().await;
        let mut unit = SystemStore::begin(&both.east.world.store).await.unwrap();
        unit.insert_user(&user, Some(password)).await.unwrap();
        unit.commit().await.unwrap();
        both.east.tell(&both.directory).await;
        let found = both.directory.find_login(&user.email).await.unwrap().unwrap();
        both.west.world.store.adopt(&found).await.unwrap();
        (both, found)
    }

    async fn end(self) {
        drop(self.directory);
        self.database.drop().await;
    }
}

impl Site {
    async fn new(directory: &PgDirectory, cell: Cell) -> Self {
        let world = World::new().await;
        directory.join(&cell).await.unwrap();
        world.store.become_cell(&cell.name).await.unwrap();
        Self { world, cell }
    }

    /// Tells the directory what has changed, and returns what it did not take.
    async fn tell(&self, directory: &PgDirectory) -> (CellChanges, Vec<Refused>) {
        let changes = self.world.store.changes(100).await.unwrap();
        let refused = directory.publish(&self.cell.name, &changes).await.unwrap();
        self.world.store.told(&changes).await.unwrap();
        (changes, refused)
    }

    /// Takes over what the directory has heard since; returns how many users have changed here.
    async fn listen(&self, directory: &PgDirectory) -> usize {
        let store = &self.world.store;
        let position = store.position().await.unwrap();
        let mut changed = 0;
        for (position, login) in directory.changed_after(position, 100).await.unwrap() {
            changed += usize::from(store.refresh(&login).await.unwrap());
            store.advance(position).await.unwrap();
        }
        changed
    }

    async fn login(&self, user: Id<User>) -> Option<Login> {
        SystemStore::begin(&self.world.store).await.unwrap().find_user(user).await.unwrap()
    }
}

fn user(email: &str) -> User {
    User {
        id: id(),
        email: Email::parse(email).unwrap(),
        name: name("Ada Lovelace"),
        status: UserStatus::Active,
        email_verified_at: None,
        locale: None,
        time_zone: None,
        revision: Revision::first(now()),
    }
}

fn organization(slug: &str) -> Organization {
    Organization::found(id(), name("Harbour Works"), Slug::parse(slug).unwrap(), now())
}

fn hash(text: &str) -> PasswordHash {
    PasswordHash(format!("$argon2id$v=19${text}"))
}

#[tokio::test]
async fn the_directory_is_told_once_of_what_has_changed_in_a_cell() {
    let both = Both::new().await;
    let Both { directory, east, .. } = &both;
    assert!(east.tell(directory).await.0.is_empty());
    let tenant = east.world.tenant().await;
    let organization = tenant.scope.organization();
    let member = east.world.member(organization, Role::Member).await;
    let (changes, refused) = east.tell(directory).await;
    assert_eq!((changes.users.len(), changes.organizations.len()), (2, 1));
    assert_eq!(changes.organizations[0].members.len(), 2);
    assert_eq!(refused, []);
    assert!(east.tell(directory).await.0.is_empty());

    let here = Some(Whereabouts::In(east.cell.clone()));
    assert_eq!(directory.whereabouts(organization).await.unwrap(), here);
    let slug = changes.organizations[0].slug.clone();
    let place = Place { organization, slug, cell: east.cell.clone() };
    assert_eq!(directory.places(member.user).await.unwrap(), [place]);
    let login = east.login(member.user).await.unwrap();
    let found = directory.find_login(&login.user.email).await.unwrap();
    assert_eq!(found, Some(login));
    assert_eq!(directory.whereabouts(id()).await.unwrap(), None);

    // A change between the question and its answer is told, too.
    let other = east.world.member(organization, Role::Viewer).await;
    let changes = east.world.store.changes(100).await.unwrap();
    east.world.member(organization, Role::Viewer).await;
    east.world.store.told(&changes).await.unwrap();
    assert!(changes.users.iter().any(|changed| changed.login.user.id == other.user));
    let left = east.world.store.changes(100).await.unwrap();
    assert_eq!((left.users.len(), left.organizations.len()), (1, 1));
    assert_eq!(left.organizations[0].members.len(), 4);
    both.end().await;
}

#[tokio::test]
async fn a_database_that_becomes_a_cell_tells_all_that_is_in_it_and_becomes_no_other() {
    let world = World::new().await;
    let tenant = world.tenant().await;
    assert!(world.store.changes(100).await.unwrap().is_empty());
    assert_eq!(world.store.name().await.unwrap(), None);
    world.store.become_cell("east").await.unwrap();
    assert_eq!(world.store.name().await.unwrap().as_deref(), Some("east"));
    world.store.become_cell("east").await.unwrap();
    let changes = world.store.changes(100).await.unwrap();
    let owner = (tenant.scope.organization(), vec![tenant.membership.user]);
    let told = changes.organizations.iter().map(|found| (found.id, found.members.clone()));
    assert_eq!(told.collect::<Vec<_>>(), [owner]);
    assert_eq!(changes.users[0].login.user.id, tenant.membership.user);
    assert!(world.store.become_cell("west").await.is_err());
}

#[tokio::test]
async fn addresses_and_slugs_are_unique_in_all_cells_together() {
    let both = Both::new().await;
    let Both { directory, east, west, .. } = &both;
    let password = hash("a");
    let (ada, acme) = (user("ada@example.com"), organization("acme"));
    let new = NewIdentity { user: (&ada, Some(&password)), organization: Some(&acme) };
    directory.claim("east", new).await.unwrap();
    // What is claimed is found by none, and free for the same cell.
    assert_eq!(directory.find_login(&ada.email).await.unwrap(), None);
    assert_eq!(directory.whereabouts(acme.id).await.unwrap(), None);
    directory.claim("east", new).await.unwrap();
    let bob = user("bob@example.com");
    let same_slug = NewIdentity { user: (&bob, Some(&password)), organization: Some(&acme) };
    let error = directory.claim("west", same_slug).await.unwrap_err();
    assert!(SLUG_TAKEN.is_violated_in(&error), "{error:?}");
    // Nothing of a refused claim stays.
    directory.claim("west", NewIdentity { organization: None, ..same_slug }).await.unwrap();
    let again = user("ada@example.com");
    let same_address = NewIdentity { user: (&again, Some(&password)), organization: None };
    let error = directory.claim("west", same_address).await.unwrap_err();
    assert!(EMAIL_TAKEN.is_violated_in(&error), "{error:?}");

    let mut unit = SystemStore::begin(&east.world.store).await.unwrap();
    unit.insert_user(&ada, Some(&password)).await.unwrap();
    unit.insert_organization(&acme).await.unwrap();
    unit.commit().await.unwrap();
    east.tell(directory).await;
    let error = directory.claim("east", new).await.unwrap_err();
    assert!(EMAIL_TAKEN.is_violated_in(&error), "{error:?}");

    // A cell that was none before may bring what is taken along.
    let mut unit = SystemStore::begin(&west.world.store).await.unwrap();
    unit.insert_user(&again, Some(&password)).await.unwrap();
    unit.insert_organization(&organization("acme")).await.unwrap();
    unit.commit().await.unwrap();
    let (_, refused) = west.tell(directory).await;
    assert_eq!(refused, [Refused::Email(ada.email.clone()), Refused::Slug(acme.slug.clone())]);
    let found = directory.find_login(&ada.email).await.unwrap().unwrap();
    assert_eq!(found.user.id, ada.id);
    both.end().await;
}

#[tokio::test]
async fn a_user_of_two_cells_has_one_password_and_its_change_ends_the_sessions() {
    let (both, found) = Both::with_user(user("ada@example.com"), &hash("first")).await;
    let Both { directory, east, west, .. } = &both;
    let ada = found.user.clone();
    west.world.store.adopt(&found).await.unwrap();
    assert_eq!(west.login(ada.id).await, Some(found));
    assert_eq!((west.listen(directory).await, east.listen(directory).await), (0, 0));

    let mut unit = SystemStore::begin(&west.world.store).await.unwrap();
    let login = unit.lock_user(ada.id).await.unwrap().unwrap();
    let changed = login.with_password(hash("second"), now());
    unit.update_login(&changed).await.unwrap();
    unit.commit().await.unwrap();
    west.tell(directory).await;
    assert_eq!(east.listen(directory).await, 1);
    assert_eq!(east.login(ada.id).await, Some(changed.clone()));
    // What came from the directory is no news there.
    east.tell(directory).await;
    assert_eq!((west.listen(directory).await, east.listen(directory).await), (0, 0));

    // An older revision changes nothing, here and there.
    let mut older = changed.clone();
    older.user.revision.version = Version::from_number(1);
    older.password = Some(hash("first"));
    assert!(!west.world.store.refresh(&older).await.unwrap());
    assert_eq!(west.login(ada.id).await, Some(changed));
    east.world.store.refresh(&older).await.unwrap();
    let unknown = Login { user: user("new@example.com"), ..older };
    assert!(!west.world.store.refresh(&unknown).await.unwrap());
    both.end().await;
}

/// Gives the user a picture and an identity in a cell.
async fn furnish(site: &Site, user: Id<User>) {
    let mut unit = SystemStore::begin(&site.world.store).await.unwrap();
    let content = b"a picture".to_vec().into();
    unit.put_avatar(&UserAvatar { id: id(), user, content, created_at: now() }).await.unwrap();
    unit.commit().await.unwrap();
    link(site, user).await;
}

/// Links an identity at a provider to the user in a cell.
async fn link(site: &Site, user: Id<User>) {
    let identity = UserIdentity {
        id: id(),
        user,
        issuer: "https://issuer.example.com".to_owned(),
        subject: "subject".to_owned(),
        email: None,
        created_at: now(),
        last_used_at: now(),
    };
    let mut unit = SystemStore::begin(&site.world.store).await.unwrap();
    unit.insert_identity(&identity).await.unwrap();
    unit.commit().await.unwrap();
}

/// Whether the user has a picture in a cell, and how many identities.
async fn furnishing(site: &Site, user: Id<User>) -> (bool, usize) {
    let mut unit = SystemStore::begin(&site.world.store).await.unwrap();
    let has_picture = unit.avatar(user).await.unwrap().is_some();
    (has_picture, unit.identities(user).await.unwrap().len())
}

/// Changes a user in one cell, and lets the other cell hear of it.
async fn change(both: &Both, user: Id<User>, change: impl FnOnce(Login) -> Login) {
    let Both { directory, east, west, .. } = both;
    let mut unit = SystemStore::begin(&east.world.store).await.unwrap();
    let login = unit.lock_user(user).await.unwrap().unwrap();
    unit.update_login(&change(login)).await.unwrap();
    unit.commit().await.unwrap();
    east.tell(directory).await;
    assert_eq!(west.listen(directory).await, 1);
}

#[tokio::test]
async fn an_account_that_is_deleted_in_one_cell_leaves_no_picture_and_no_identity_in_others() {
    let (both, found) = Both::with_user(user("ada@example.com"), &hash("first")).await;
    let ada = found.user.id;
    furnish(&both.west, ada).await;
    let renamed = |login: Login| {
        let revision = login.user.revision.next(now());
        Login { user: User { name: name("Ada King"), revision, ..login.user }, ..login }
    };
    change(&both, ada, renamed).await;
    assert_eq!(furnishing(&both.west, ada).await, (true, 1));
    let deleted = |login: Login| {
        let password_version = login.password_version + 1;
        Login { user: login.user.erase(now()), password: None, password_version, factor: None }
    };
    change(&both, ada, deleted).await;
    assert_eq!(furnishing(&both.west, ada).await, (false, 0));
    both.end().await;
}

#[tokio::test]
async fn an_address_that_is_proven_in_one_cell_ends_the_identities_of_before_in_others() {
    let (both, found) = Both::with_user(user("ada@example.com"), &hash("first")).await;
    let ada = found.user.id;
    furnish(&both.west, ada).await;
    let proven = |login: Login| {
        let mut login = login.with_password(hash("second"), now());
        login.user.email_verified_at = Some(now());
        login
    };
    change(&both, ada, proven).await;
    assert_eq!(furnishing(&both.west, ada).await, (true, 0));
    // Those that were linked since then stay.
    link(&both.west, ada).await;
    change(&both, ada, |login| login.with_password(hash("third"), now())).await;
    assert_eq!(furnishing(&both.west, ada).await, (true, 1));
    both.end().await;
}

#[tokio::test]
async fn of_two_changes_at_once_the_newer_password_stays_in_every_cell() {
    let (both, found) = Both::with_user(user("ada@example.com"), &hash("first")).await;
    let Both { directory, east, west, .. } = &both;
    let ada = found.user.clone();

    // The one sets a new password, the other hashes the old one again, twice.
    let change = async |site: &Site, change: &dyn Fn(Login) -> Login| {
        let mut unit = SystemStore::begin(&site.world.store).await.unwrap();
        let login = unit.lock_user(ada.id).await.unwrap().unwrap();
        unit.update_login(&change(login)).await.unwrap();
        unit.commit().await.unwrap();
    };
    change(east, &|login| login.with_password(hash("second"), now())).await;
    change(west, &|login| login.with_hash(hash("again"), now())).await;
    change(west, &|login| login.with_hash(hash("again"), now())).await;
    east.tell(directory).await;
    for _ in 0..2 {
        west.tell(directory).await;
        west.listen(directory).await;
        east.tell(directory).await;
        east.listen(directory).await;
    }
    let found = directory.find_login(&ada.email).await.unwrap().unwrap();
    assert_eq!((found.password, found.password_version), (Some(hash("second")), 2));
    for site in [east, west] {
        let login = site.login(ada.id).await.unwrap();
        assert_eq!((login.password, login.password_version), (Some(hash("second")), 2));
    }
    both.end().await;
}

#[tokio::test]
async fn a_closed_organization_commits_nothing_and_its_rows_are_copied_whole() {
    let (from, to) = (World::new().await, World::new().await);
    let tenant = from.tenant().await;
    let (organization, other) = (tenant.scope.organization().uuid(), from.tenant().await);
    from.insert(&tenant, &project(&tenant, "P-1")).await.unwrap();
    let kept = Lock::take(from.database.url(), organization).await.unwrap();
    let second = Lock::take(from.database.url(), organization).await;
    assert!(matches!(second, Err(relocation::Error::Locked)), "{second:?}");
    kept.release().await.unwrap();

    let (source, target) = (from.database.url(), to.database.url());
    relocation::close(source, organization).await.unwrap();
    let appended = append(&from, &tenant).await;
    assert!(matches!(appended, Err(StoreError::Unavailable(_))), "{appended:?}");
    append(&from, &other).await.unwrap();
    relocation::reopen(source, organization).await.unwrap();
    append(&from, &tenant).await.unwrap();

    let rows = relocation::copy(source, target, organization).await.unwrap();
    assert!(rows >= 4, "{rows}");
    let there = relocation::fingerprints(target, organization).await.unwrap();
    assert_eq!(relocation::fingerprints(source, organization).await.unwrap(), there);
    // It has access there, so that its rows are not replaced, nor removed.
    let again = relocation::copy(source, target, organization).await;
    assert!(matches!(again, Err(relocation::Error::Active)), "{again:?}");
    let removed = relocation::remove(source, organization).await;
    assert!(matches!(removed, Err(relocation::Error::Active)), "{removed:?}");

    let suspend = "UPDATE organizations SET status = 'suspended' WHERE id = $1";
    sqlx::query(suspend).bind(organization).execute(&mut from.admin().await).await.unwrap();
    relocation::remove(source, organization).await.unwrap();
    let left = relocation::fingerprints(source, organization).await.unwrap();
    assert!(left.iter().all(|table| table.rows == 0), "{left:?}");
    let others = relocation::fingerprints(source, other.scope.organization().uuid()).await.unwrap();
    assert!(others.iter().any(|table| table.rows > 0));
    let users: i64 = sqlx::query_scalar("SELECT count(*) FROM users")
        .fetch_one(&mut from.admin().await)
        .await
        .unwrap();
    assert_eq!(users, 1);
}

/// Appends an entry to the audit log, as every command does.
async fn append(world: &World, tenant: &Tenant) -> plinth_ports::Result<()> {
    let mut unit = Store::begin(&world.store, tenant.scope).await?;
    unit.journal().append(&entry(now())).await?;
    unit.commit().await
}

#[tokio::test]
async fn an_organization_on_its_way_is_in_no_cell_until_it_has_arrived() {
    let both = Both::new().await;
    let Both { directory, east, west, .. } = &both;
    let tenant = east.world.tenant().await;
    let organization: OrganizationId = tenant.scope.organization();
    east.tell(directory).await;
    assert!(!directory.begin_move(organization, ["west", "east"], true).await.unwrap());
    assert!(!directory.begin_move(organization, ["east", "east"], true).await.unwrap());
    assert!(!directory.end_move(organization, "west").await.unwrap());
    assert!(directory.begin_move(organization, ["east", "west"], true).await.unwrap());
    // It goes on after an interruption, and remembers how it was before it.
    assert!(directory.begin_move(organization, ["east", "west"], false).await.unwrap());
    assert!(directory.was_active(organization).await.unwrap());
    let moving = Whereabouts::Moving { from: east.cell.clone(), to: "west".to_owned() };
    assert_eq!(directory.whereabouts(organization).await.unwrap(), Some(moving));
    assert!(directory.give_up_move(organization, "east").await.unwrap());
    assert!(!directory.give_up_move(organization, "east").await.unwrap());
    directory.arrive(organization).await.unwrap();
    assert!(!directory.was_active(organization).await.unwrap());
    assert!(directory.begin_move(organization, ["east", "west"], false).await.unwrap());
    assert!(!directory.was_active(organization).await.unwrap());
    assert!(directory.end_move(organization, "west").await.unwrap());
    let there = Some(Whereabouts::In(west.cell.clone()));
    assert_eq!(directory.whereabouts(organization).await.unwrap(), there);

    // What the former cell says of it does not count.
    east.world.member(organization, Role::Member).await;
    east.tell(directory).await;
    assert_eq!(directory.whereabouts(organization).await.unwrap(), there);
    assert_eq!(directory.places(tenant.membership.user).await.unwrap().len(), 1);
    let cells = directory.cells().await.unwrap();
    assert_eq!(cells, [(east.cell.clone(), 0), (west.cell.clone(), 1)]);
    both.end().await;
}
