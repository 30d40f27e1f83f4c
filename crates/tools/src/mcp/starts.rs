//! How often a server that fails is started again.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// So often within the window; then it is off until the window has passed.
const MOST: usize = 5;
const WINDOW: Duration = Duration::from_mins(10);
/// Pause after the first failure; each further one doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The starts of the last minutes that came to nothing or ended.
#[derive(Default)]
pub(super) struct Starts {
    failed: VecDeque<Instant>,
}

/// A server is left alone for so long.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pause {
    /// From now.
    pub(super) left: Duration,
    /// It failed so often that it is off, rather than resting.
    pub(super) off: bool,
}

impl Starts {
    /// Notes that a start came to nothing, or that a connection ended by itself.
    pub(super) fn failed(&mut self, now: Instant) {
        self.forget(now);
        self.failed.push_back(now);
    }

    /// Says how long to wait before the next start, if at all.
    pub(super) fn pause(&mut self, now: Instant) -> Option<Pause> {
        self.forget(now);
        let (Some(first), Some(last)) = (self.failed.front(), self.failed.back()) else {
            return None;
        };
        let off = self.failed.len() >= MOST;
        let until = if off {
            *first + WINDOW
        } else {
            let doublings = u32::try_from(self.failed.len() - 1).unwrap_or(u32::MAX);
            *last + FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(doublings))
        };
        let left = until.saturating_duration_since(now);
        (!left.is_zero()).then_some(Pause { left, off })
    }

    /// An admin asks: what was before does not count.
    pub(super) fn forgive(&mut self) {
        self.failed.clear();
    }

    fn forget(&mut self, now: Instant) {
        while let Some(first) = self.failed.front()
            && now.saturating_duration_since(*first) >= WINDOW
        {
            self.failed.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_the_fifth_failure_turns_it_off() {
        let begin = Instant::now();
        let mut starts = Starts::default();
        assert_eq!(starts.pause(begin), None);
        for seconds in [1, 2, 4, 8] {
            starts.failed(begin);
            let pause = starts.pause(begin).unwrap();
            assert_eq!(pause.left, Duration::from_secs(seconds));
            assert!(!pause.off);
        }
        starts.failed(begin);
        let pause = starts.pause(begin + Duration::from_mins(1)).unwrap();
        assert_eq!(pause.left, Duration::from_mins(9));
        assert!(pause.off);
        assert_eq!(starts.pause(begin + WINDOW), None);
    }

    #[test]
    fn an_admin_who_asks_starts_anew() {
        let begin = Instant::now();
        let mut starts = Starts::default();
        (0..MOST).for_each(|_| starts.failed(begin));
        starts.forgive();
        assert_eq!(starts.pause(begin), None);
    }
}
