//! Runs that wait for their turn: one of each group after the other, so that a group of many does not hold up the rest.

use std::collections::{HashMap, VecDeque};

/// A queue of groups of jobs.
#[derive(Debug)]
pub(super) struct FairQueue<J> {
    groups: HashMap<String, VecDeque<J>>,
    /// Groups with jobs, the next one first.
    order: VecDeque<String>,
}

impl<J> Default for FairQueue<J> {
    fn default() -> Self {
        Self {
            groups: HashMap::new(),
            order: VecDeque::new(),
        }
    }
}

impl<J> FairQueue<J> {
    pub(super) fn push(&mut self, group: &str, job: J) {
        if let Some(jobs) = self.groups.get_mut(group) {
            jobs.push_back(job);
            return;
        }
        self.groups.insert(group.to_owned(), VecDeque::from([job]));
        self.order.push_back(group.to_owned());
    }

    pub(super) fn pop(&mut self) -> Option<J> {
        let group = self.order.pop_front()?;
        let jobs = self.groups.get_mut(&group)?;
        let job = jobs.pop_front();
        if jobs.is_empty() {
            self.groups.remove(&group);
        } else {
            self.order.push_back(group);
        }
        job
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_of_many_does_not_hold_up_a_group_of_few() {
        let mut queue = FairQueue::default();
        for job in ["a1", "a2", "a3"] {
            queue.push("a", job);
        }
        queue.push("b", "b1");
        let order: Vec<&str> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(order, ["a1", "b1", "a2", "a3"]);
    }
}
