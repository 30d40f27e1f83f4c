//! Named points at every durable boundary, where tests can end the process. Compiled only with the feature `failpoints`.
//!
//! With it, `FAILPOINTS="after_intent=3*off->exit"` (see the crate `fail`) ends the process the fourth time that an intent
//! is durable and its call not yet made.

/// A durable boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailPoint {
    /// A new run is about to be stored.
    BeforeAccept,
    /// A new run is stored, nobody knows it.
    AfterAccept,
    /// The intent of a call that is no read is about to be stored.
    BeforeIntent,
    /// The intent is stored, the call is not made.
    AfterIntent,
    /// A call has ended, nothing of it is stored.
    AfterCall,
    /// Entries without an intent are about to be stored.
    BeforeAppend,
    /// Entries without an intent are stored, nobody knows it.
    AfterAppend,
    /// A person's word is about to be stored.
    BeforeSignal,
    /// A person's word is stored, nobody knows it.
    AfterSignal,
    /// The start of a child run is stored, the child is not.
    BeforeChild,
    /// The child run is stored, its parent does not wait for it yet.
    AfterChild,
    /// The run is about to leave memory.
    BeforePark,
    /// The end of a run is about to be stored.
    BeforeEnd,
    /// The end of a run is stored, nobody knows it.
    AfterEnd,
    /// Open runs are about to be picked up.
    BeforeRecovery,
    /// Open runs have been picked up.
    AfterRecovery,
}

impl FailPoint {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::BeforeAccept,
        Self::AfterAccept,
        Self::BeforeIntent,
        Self::AfterIntent,
        Self::AfterCall,
        Self::BeforeAppend,
        Self::AfterAppend,
        Self::BeforeSignal,
        Self::AfterSignal,
        Self::BeforeChild,
        Self::AfterChild,
        Self::BeforePark,
        Self::BeforeEnd,
        Self::AfterEnd,
        Self::BeforeRecovery,
        Self::AfterRecovery,
    ];

    /// The name by which tests call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::BeforeAccept => "before_accept",
            Self::AfterAccept => "after_accept",
            Self::BeforeIntent => "before_intent",
            Self::AfterIntent => "after_intent",
            Self::AfterCall => "after_call",
            Self::BeforeAppend => "before_append",
            Self::AfterAppend => "after_append",
            Self::BeforeSignal => "before_signal",
            Self::AfterSignal => "after_signal",
            Self::BeforeChild => "before_child",
            Self::AfterChild => "after_child",
            Self::BeforePark => "before_park",
            Self::BeforeEnd => "before_end",
            Self::AfterEnd => "after_end",
            Self::BeforeRecovery => "before_recovery",
            Self::AfterRecovery => "after_recovery",
        }
    }
}

#[cfg(feature = "failpoints")]
pub(crate) fn reach(point: FailPoint) {
    fail::fail_point!(point.name());
}

#[cfg(not(feature = "failpoints"))]
pub(crate) fn reach(_point: FailPoint) {}
