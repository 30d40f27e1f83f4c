//! Which run holds which lock. A lock goes to those who wait for it in the order in which they came.

use std::collections::{HashMap, VecDeque};

use crate::run::RunId;

#[derive(Debug, Default)]
pub(super) struct Locks {
    held: HashMap<String, Held>,
}

#[derive(Debug, Default)]
struct Held {
    /// The holder first, then those of its child runs that asked for the same lock.
    owners: Vec<RunId>,
    waiting: VecDeque<RunId>,
}

impl Locks {
    /// Takes the lock for `run`, or puts it in the queue. A child run shares a lock of the runs that wait for it.
    pub(super) fn take(&mut self, lock: &str, run: RunId, ancestors: &[RunId]) -> bool {
        let held = self.held.entry(lock.to_owned()).or_default();
        if held.owners.contains(&run) {
            return true;
        }
        let shares = ancestors.iter().any(|run| held.owners.contains(run));
        if held.owners.is_empty() || shares {
            held.owners.push(run);
            return true;
        }
        if !held.waiting.contains(&run) {
            held.waiting.push_back(run);
        }
        false
    }

    /// Notes, after a restart, that `run` holds the lock; its child runs may hold it, too.
    pub(super) fn restore(&mut self, lock: &str, run: RunId) {
        self.held
            .entry(lock.to_owned())
            .or_default()
            .owners
            .push(run);
    }

    /// Gives back everything that `run` holds or waits for. Returns the runs that now hold a lock they waited for.
    pub(super) fn release(&mut self, run: RunId) -> Vec<RunId> {
        let mut woken = Vec::new();
        self.held.retain(|_, held| {
            held.waiting.retain(|waiting| *waiting != run);
            let before = held.owners.len();
            held.owners.retain(|owner| *owner != run);
            if held.owners.is_empty()
                && before > 0
                && let Some(next) = held.waiting.pop_front()
            {
                held.owners.push(next);
                woken.push(next);
            }
            !held.owners.is_empty()
        });
        woken
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_lock_goes_to_those_who_wait_in_their_order_and_is_shared_with_children() {
        let [first, second, third, child] = [1, 2, 3, 4].map(|n| RunId(Uuid::from_u128(n)));
        let mut locks = Locks::default();
        assert!(locks.take("room:1", first, &[]));
        assert!(
            locks.take("room:1", first, &[]),
            "asking again changes nothing"
        );
        assert!(!locks.take("room:1", second, &[]));
        assert!(!locks.take("room:1", third, &[]));
        assert!(locks.take("room:2", third, &[]), "another lock is free");
        assert!(locks.take("room:1", child, &[first]));
        assert!(locks.release(child).is_empty(), "its parent still holds it");
        assert_eq!(locks.release(first), [second]);
        assert!(locks.take("room:1", second, &[]));
        assert_eq!(locks.release(second), [third]);
        assert!(locks.release(third).is_empty());
        assert!(locks.held.is_empty(), "nothing is kept of free locks");
    }
}
