//! Production adapters that need no server: clock, identifiers, randomness, password hashing, and
//! the state of a single process (bus, caches, rate limiter).

mod access_cache;
mod bus;
mod cached_directory;
mod catalogue_cache;
mod clock;
mod health;
mod ids;
mod no_limits;
mod password_hasher;
mod rate_limiter;
mod rate_state;
mod secrets;
mod shared_access_cache;
mod shared_catalogue_cache;
mod turns;

pub use access_cache::{Grace, InProcessAccessCache};
pub use bus::InProcessBus;
pub use cached_directory::CachedDirectory;
pub use catalogue_cache::InProcessCatalogueCache;
pub use clock::SystemClock;
pub use health::InProcessHealth;
pub use ids::UuidV7;
pub use no_limits::NoLimits;
pub use password_hasher::{Argon2Cost, Argon2Hasher};
pub use rate_limiter::InProcessRateLimiter;
pub use secrets::OsSecrets;
pub use shared_access_cache::SharedAccessCache;
pub use shared_catalogue_cache::SharedCatalogueCache;
pub use turns::Load;
