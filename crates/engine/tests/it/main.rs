//! What the engine does, seen through its ports.

#[cfg(test)]
mod again;
mod agent_steps;
#[cfg(test)]
mod attacks;
#[cfg(feature = "failpoints")]
mod boundaries;
mod cancelling;
mod checks_and_rollback;
mod children;
#[cfg(test)]
mod deciding;
mod durability;
mod flushes;
mod guardrails;
#[cfg(test)]
mod holding;
mod intake;
mod large_results;
mod locks;
mod loops_and_branches;
#[cfg(test)]
mod pausing;
mod people;
mod retries;
#[cfg(test)]
mod simulation;
mod stopping;
#[cfg(test)]
mod world;
