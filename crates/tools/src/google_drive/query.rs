//! Terms of Drive's search, with what a person wrote kept within its quotes.

/// A text in quotes. Source: Drive's guide "Search for files and folders": `'` and `\` are escaped with `\`.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// What lies in a folder and is not in the bin.
pub(super) fn within(folder: &str) -> String {
    format!("{} in parents and trashed = false", quoted(folder))
}

/// What carries a property of ours.
pub(super) fn carries(name: &str, value: &str) -> String {
    format!(
        "appProperties has {{ key={} and value={} }} and trashed = false",
        quoted(name),
        quoted(value)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leaves_its_quotes() {
        assert_eq!(quoted("Bob's \\ room"), r"'Bob\'s \\ room'");
        assert_eq!(quoted(r"\' or name != '"), r"'\\\' or name != \''");
    }
}
