//! Credentials that cannot be printed by accident.

use std::fmt;

/// A credential. Shows itself only through [`Secret::expose`].
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Wraps a credential; surrounding white space, which copying often adds, is dropped.
    pub fn new(value: &str) -> Self {
        Self(value.trim().to_owned())
    }

    /// The credential itself, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its last four characters, by which a person knows it again; nothing of a short one.
    pub fn last4(&self) -> Option<String> {
        const LONG_ENOUGH: usize = 12;
        let count = self.0.chars().count();
        (count >= LONG_ENOUGH).then(|| self.0.chars().skip(count - 4).collect())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn debug_output_does_not_hold_the_value() {
        let shown = format!("{:?}", Some(Secret::new("xoxb-canary\n")));
        assert_eq!(shown, "Some(Secret(…))");
    }
}
