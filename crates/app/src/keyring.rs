//! Who stands behind a secret, kept in memory, since every request asks.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};

use crate::secrets::sha256;
use crate::{Actor, App, Error};

/// A session that nobody uses for so long ends.
pub(crate) const SESSION_IDLE: SignedDuration = SignedDuration::from_hours(8);
/// No session lasts longer.
pub(crate) const SESSION_LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Uses are written down at most so often.
const NOTED_EVERY_SECONDS: i64 = 60;
/// So many secrets are kept. Beyond it all are dropped and looked up again.
const KEPT: usize = 4_096;

/// What kind of secret it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Lease {
    /// An API token.
    Token,
    /// A browser session.
    Session,
}

/// A secret that was found valid.
pub(crate) struct Known {
    /// Id of the token or session.
    pub(crate) id: String,
    /// Who.
    pub(crate) actor: Actor,
    /// When it stops working in any case.
    pub(crate) expires_at: Option<Timestamp>,
    /// When it was last used, in seconds; as of the last time that this was written down.
    pub(crate) used_at: AtomicI64,
}

/// The cache. Keys are hashes: the secrets themselves are not kept.
#[derive(Default)]
pub(crate) struct Keyring {
    generation: AtomicU64,
    known: RwLock<HashMap<(Lease, String), Arc<Known>>>,
}

impl Keyring {
    /// Drops everything that is kept. Called after tokens or sessions were ended.
    pub(crate) fn forget(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.known
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Who stands behind a secret, if it still works; notes the use.
    pub(crate) async fn actor(
        &self,
        app: &App,
        lease: Lease,
        secret: &str,
    ) -> Result<Option<Actor>, Error> {
        let now = app.now();
        let Some(known) = self.working(app, lease, secret, now).await? else {
            return Ok(None);
        };
        let used_at = known.used_at.load(Ordering::Relaxed);
        if now.as_second().saturating_sub(used_at) >= NOTED_EVERY_SECONDS {
            self.note(app, lease, &known, used_at, now).await?;
        }
        Ok(Some(known.actor.clone()))
    }

    /// Who stands behind a secret, if it still works. This is no use of it: an idle session stays idle.
    pub(crate) async fn standing(
        &self,
        app: &App,
        lease: Lease,
        secret: &str,
    ) -> Result<Option<Actor>, Error> {
        let working = self.working(app, lease, secret, app.now()).await?;
        Ok(working.map(|known| known.actor.clone()))
    }

    async fn working(
        &self,
        app: &App,
        lease: Lease,
        secret: &str,
        now: Timestamp,
    ) -> Result<Option<Arc<Known>>, Error> {
        let key = (lease, sha256(secret));
        let kept = {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            known.get(&key).cloned()
        };
        let known = match kept {
            Some(known) => known,
            None => match self.look_up(app, key).await? {
                Some(known) => known,
                None => return Ok(None),
            },
        };
        let idle = now
            .as_second()
            .saturating_sub(known.used_at.load(Ordering::Relaxed));
        let over = known.expires_at.is_some_and(|end| end <= now)
            || (lease == Lease::Session && idle >= SESSION_IDLE.as_secs());
        Ok((!over).then_some(known))
    }

    async fn look_up(&self, app: &App, key: (Lease, String)) -> Result<Option<Arc<Known>>, Error> {
        let seen = self.generation.load(Ordering::SeqCst);
        let found = match key.0 {
            Lease::Token => crate::tokens::by_hash(app, &key.1).await?,
            Lease::Session => crate::sessions::by_hash(app, &key.1).await?,
        };
        let Some(found) = found.map(Arc::new) else {
            return Ok(None);
        };
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if self.generation.load(Ordering::SeqCst) == seen {
            if known.len() >= KEPT {
                known.clear();
            }
            known.insert(key, Arc::clone(&found));
        }
        Ok(Some(found))
    }

    /// Writes a use down. Of several requests at once, one does it.
    async fn note(
        &self,
        app: &App,
        lease: Lease,
        known: &Known,
        used_at: i64,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mine = known.used_at.compare_exchange(
            used_at,
            now.as_second(),
            Ordering::Relaxed,
            Ordering::Relaxed,
        );
        if mine.is_err() {
            return Ok(());
        }
        match lease {
            Lease::Token => app.store.note_token_use(&known.id, now).await?,
            Lease::Session => app.store.note_session_use(&known.id, now).await?,
        }
        Ok(())
    }
}
